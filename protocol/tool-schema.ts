import { frozen } from "./frozen.ts";

interface Described {
  readonly description?: string;
}

/** A range of numbers, both ends included. */
interface Ranged extends Described {
  readonly default?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The subset of JSON Schema in which a device describes one argument of a tool. */
export type ToolParam =
  | (Described & { readonly type: "boolean"; readonly default?: boolean })
  | (Ranged & { readonly type: "integer" })
  | (Ranged & { readonly type: "number" })
  | (Described & { readonly type: "string"; readonly default?: string; readonly enum?: readonly string[] })
  | (Described & {
      readonly type: "array";
      readonly items: ToolParam;
      readonly default?: readonly unknown[];
      readonly minItems?: number;
      readonly maxItems?: number;
    })
  | (Described & {
      readonly type: "object";
      readonly properties: ToolParams;
      readonly default?: { readonly [name: string]: unknown };
    });

/** The arguments of one tool, by name, in the order in which they are checked. */
export type ToolParams = { readonly [name: string]: ToolParam };

/** The type of a value that fits a parameter. */
type ArgumentValue<P> = P extends { readonly enum: readonly (infer E)[] }
  ? E
  : P extends { readonly type: "boolean" }
    ? boolean
    : P extends { readonly type: "integer" | "number" }
      ? number
      : P extends { readonly type: "array"; readonly items: infer I }
        ? readonly ArgumentValue<I>[]
        : P extends { readonly type: "object"; readonly properties: infer M }
          ? { readonly [name in keyof M]: ArgumentValue<M[name]> }
          : string;

/** What a tool's `run` receives: every declared argument with its type. */
export type ToolArguments<P extends ToolParams> = { readonly [name in keyof P]: ArgumentValue<P[name]> };

/** An object as JSON Schema: the `inputSchema` of a tool, and each object in it. */
export interface InputSchema {
  readonly type: "object";
  readonly properties: { readonly [name: string]: object };
  readonly required?: readonly string[];
}

/** A call whose arguments do not fit the tool. `message` is what the caller is told. */
export class ToolArgumentError extends Error {
  override readonly name = "ToolArgumentError";
  readonly code = "tool-argument";
  readonly argument: string;

  constructor(argument: string, message: string) {
    super(message);
    this.argument = argument;
  }
}

/** The wire form of one argument: an object in it names what it requires, as the whole does. */
function wireParam(param: ToolParam): object {
  if (param.type === "array") return { ...param, items: wireParam(param.items) };
  if (param.type === "object") return { ...param, ...inputSchema(param.properties) };
  return param;
}

/** The wire form of a tool's arguments. `required` names those without a default and is left out when empty. */
export function inputSchema(params: ToolParams): InputSchema {
  const properties: { [name: string]: object } = {};
  const required: string[] = [];
  for (const [name, param] of Object.entries(params)) {
    properties[name] = wireParam(param);
    if (param.default === undefined) required.push(name);
  }
  return { type: "object", properties, ...(required.length > 0 && { required }) };
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

const ARTICLES: { readonly [type in ToolParam["type"]]: string } = frozen({
  boolean: "a boolean",
  integer: "an integer",
  number: "a number",
  string: "a string",
  array: "an array",
  object: "an object",
});

function mistyped(name: string, param: ToolParam, value: unknown): ToolArgumentError {
  return new ToolArgumentError(
    name,
    `Missing valid argument: ${name} (expected ${ARTICLES[param.type]}, got ${kindOf(value)})`,
  );
}

function checkRange(name: string, { minimum, maximum }: Ranged, value: number): number {
  if (minimum !== undefined && value < minimum) {
    throw new ToolArgumentError(name, `Value is below minimum allowed: ${minimum} (${name} is ${value})`);
  }
  if (maximum !== undefined && value > maximum) {
    throw new ToolArgumentError(name, `Value exceeds maximum allowed: ${maximum} (${name} is ${value})`);
  }
  return value;
}

function checkArray(name: string, param: ToolParam & { readonly type: "array" }, value: readonly unknown[]): unknown[] {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = param;
  if (value.length < minItems || value.length > maxItems) {
    const allowed = `${minItems} to ${maxItems === Number.POSITIVE_INFINITY ? "any number of" : maxItems}`;
    throw new ToolArgumentError(name, `Wrong number of items: ${name} has ${value.length}, allowed ${allowed}`);
  }
  return value.map((item, at) => checkValue(`${name}[${at}]`, items, item));
}

/** The value as the tool gets it. Fractions of integers are cut, as devices have always done. */
function checkValue(name: string, param: ToolParam, value: unknown): unknown {
  switch (param.type) {
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
    case "integer":
      if (typeof value === "number" && Number.isFinite(value)) return checkRange(name, param, Math.trunc(value));
      break;
    case "number":
      if (typeof value === "number" && Number.isFinite(value)) return checkRange(name, param, value);
      break;
    case "string":
      if (typeof value === "string") return checkChoice(name, param.enum, value);
      break;
    case "array":
      if (Array.isArray(value)) return checkArray(name, param, value);
      break;
    case "object":
      if (kindOf(value) === "object") return checkMembers(param.properties, value as object, `${name}.`);
      break;
  }
  throw mistyped(name, param, value);
}

function checkChoice(name: string, choices: readonly string[] | undefined, value: string): string {
  if (!choices || choices.includes(value)) return value;
  throw new ToolArgumentError(name, `Value is not one of ${choices.join(", ")} (${name} is ${value.slice(0, 40)})`);
}

function checkMembers(params: ToolParams, given: object, prefix: string): { [name: string]: unknown } {
  const checked: { [name: string]: unknown } = {};
  for (const [name, param] of Object.entries(params)) {
    const value = Object.hasOwn(given, name) ? (given as { [name: string]: unknown })[name] : undefined;
    if (value !== undefined) checked[name] = checkValue(prefix + name, param, value);
    else if (param.default !== undefined) checked[name] = param.default;
    else throw new ToolArgumentError(prefix + name, `Missing valid argument: ${prefix}${name}`);
  }
  return checked;
}

/**
 * The arguments of a call, checked in declaration order: a missing one takes its default, and without a default the
 * call is refused. One of another type is refused, too: a default in its place would do what nobody asked for.
 * Arguments that the tool does not declare are ignored.
 *
 * @throws ToolArgumentError
 */
export function checkArguments<P extends ToolParams>(
  params: P,
  given: { readonly [name: string]: unknown },
): ToolArguments<P> {
  return checkMembers(params, given, "") as ToolArguments<P>;
}
