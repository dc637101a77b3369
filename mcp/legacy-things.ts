import { log, reason } from "../modules/system/log.ts";
import { frozen } from "../protocol/frozen.ts";
import { isObject, type JsonObject } from "../protocol/json.ts";
import { checkArguments } from "../protocol/tool-schema.ts";
import type { Tool, ToolCall } from "./tool.ts";

/** A tool as servers knew it before MCP: a method of a thing. */
interface Method {
  readonly thing: string;
  readonly method: string;
  readonly tool: Tool;
}

interface Descriptor {
  readonly name: string;
  readonly description: string;
  readonly properties: JsonObject;
  readonly methods: JsonObject;
}

/** The caller of a thing hears nothing and cannot take anything back. */
const NOBODY: ToolCall = frozen({ isCancelled: false, onCancel() {}, progress() {} });
const STATUS_TOOL = "self.get_device_status";

/** `self.lamp.turn_on` is `turn_on` of the thing `lamp`. Only booleans, numbers and texts existed. */
function asMethod(tool: Tool): Method[] {
  const [self, thing, method, ...rest] = tool.name.split(".");
  if (self !== "self" || !thing || !method || rest.length > 0 || tool.audience === "user") return [];
  const isPlain = Object.values(tool.params).every(({ type }) => type !== "array" && type !== "object");
  return isPlain ? [{ thing, method, tool }] : [];
}

function describe({ tool }: Method): JsonObject {
  const parameters: JsonObject = {};
  for (const [name, { type, description = name }] of Object.entries(tool.params)) {
    parameters[name] = { description, type: type === "integer" ? "number" : type };
  }
  return { description: tool.description, parameters };
}

function properties(state: JsonObject): JsonObject {
  const described: JsonObject = {};
  for (const [name, value] of Object.entries(state)) described[name] = { description: name, type: typeof value };
  return described;
}

/** The device's tools as things with properties and methods, for servers that do not know MCP. */
export class LegacyThings {
  readonly #methods: readonly Method[];
  readonly #status: Tool | undefined;

  constructor(tools: readonly Tool[]) {
    this.#methods = tools.flatMap(asMethod);
    this.#status = tools.find(({ name }) => name === STATUS_TOOL);
  }

  /** What there is: a thing for each middle part of the tools' names. */
  async descriptors(): Promise<Descriptor[]> {
    const states = await this.#readStatus();
    const things: { [name: string]: Descriptor } = {};
    for (const method of this.#methods) {
      const { thing } = method;
      const state = states[thing];
      things[thing] ??= {
        name: thing,
        description: thing,
        properties: properties(isObject(state) ? state : {}),
        methods: {},
      };
      things[thing].methods[method.method] = describe(method);
    }
    return Object.values(things);
  }

  /** How the things are now, as far as the device's status tells. */
  async states(): Promise<{ readonly name: string; readonly state: JsonObject }[]> {
    const states = await this.#readStatus();
    const names = new Set(this.#methods.map(({ thing }) => thing));
    const told: { name: string; state: JsonObject }[] = [];
    for (const name of names) {
      const state = states[name];
      if (isObject(state)) told.push({ name, state });
    }
    return told;
  }

  /** Runs one command; one that does not fit is named in the log, for the protocol has no answer to it. */
  async run(command: unknown): Promise<void> {
    const { name, method, parameters = {} } = isObject(command) ? command : {};
    const found = this.#methods.find((known) => known.thing === name && known.method === method);
    if (!found || !isObject(parameters)) {
      return log.warn("thing refused", { name: String(name).slice(0, 40), method: String(method).slice(0, 40) });
    }
    try {
      await found.tool.run(checkArguments(found.tool.params, parameters) as never, NOBODY);
      log.info("tool called", { tool: found.tool.name });
    } catch (error) {
      log.warn("thing refused", { name: found.thing, method: found.method, reason: reason(error) });
    }
  }

  async #readStatus(): Promise<JsonObject> {
    const status = await this.#status?.run({} as never, NOBODY);
    return isObject(status) ? status : {};
  }
}
