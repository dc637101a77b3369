/** The subset of JSON Schema in which a device describes one argument of a tool. */
export type ToolParam =
  | { readonly type: "boolean"; readonly description?: string; readonly default?: boolean }
  | {
      readonly type: "integer";
      readonly description?: string;
      readonly default?: number;
      readonly minimum?: number;
      readonly maximum?: number;
    }
  | { readonly type: "string"; readonly description?: string; readonly default?: string };

/** The arguments of one tool, by name, in the order in which they are checked. */
export type ToolParams = { readonly [name: string]: ToolParam };

type ArgumentValue<P extends ToolParam> = P["type"] extends "boolean"
  ? boolean
  : P["type"] extends "integer"
    ? number
    : string;

/** What a tool's `run` receives: every declared argument with its type. */
export type ToolArguments<P extends ToolParams> = { readonly [name in keyof P]: ArgumentValue<P[name]> };

/** The `inputSchema` of a tool as it goes over the wire. */
export interface InputSchema {
  readonly type: "object";
  readonly properties: { readonly [name: string]: ToolParam };
  readonly required?: readonly string[];
}

/** A call whose arguments do not fit the tool. `message` is what the caller is told. */
export class ToolArgumentError extends Error {
  override readonly name = "ToolArgumentError";
  readonly argument: string;

  constructor(argument: string, message: string) {
    super(message);
    this.argument = argument;
  }
}

/** The wire form of a tool's arguments. `required` names those without a default and is left out when empty. */
export function inputSchema(params: ToolParams): InputSchema {
  const required = Object.keys(params).filter((name) => params[name]?.default === undefined);
  return { type: "object", properties: params, ...(required.length > 0 && { required }) };
}

/** A value of the declared type, or undefined. Fractions are cut: devices know whole numbers only. */
function fitting(param: ToolParam, value: unknown): boolean | number | string | undefined {
  switch (param.type) {
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "integer":
      return typeof value === "number" && Number.isFinite(value) ? Math.trunc(value) : undefined;
    case "string":
      return typeof value === "string" ? value : undefined;
  }
}

function checkRange(name: string, param: ToolParam, value: unknown): void {
  if (param.type !== "integer" || typeof value !== "number") return;
  if (param.minimum !== undefined && value < param.minimum) {
    throw new ToolArgumentError(name, `Value is below minimum allowed: ${param.minimum} (${name} is ${value})`);
  }
  if (param.maximum !== undefined && value > param.maximum) {
    throw new ToolArgumentError(name, `Value exceeds maximum allowed: ${param.maximum} (${name} is ${value})`);
  }
}

/**
 * The arguments of a call, checked in declaration order: a missing or wrongly typed one takes its default, and
 * without a default the call is refused. Arguments that the tool does not declare are ignored.
 *
 * @throws ToolArgumentError
 */
export function checkArguments<P extends ToolParams>(
  params: P,
  given: { readonly [name: string]: unknown },
): ToolArguments<P> {
  const checked: { [name: string]: boolean | number | string } = {};
  for (const [name, param] of Object.entries(params)) {
    const value = (Object.hasOwn(given, name) ? fitting(param, given[name]) : undefined) ?? param.default;
    if (value === undefined) throw new ToolArgumentError(name, `Missing valid argument: ${name}`);
    checkRange(name, param, value);
    checked[name] = value;
  }
  return checked as ToolArguments<P>;
}
