import { shown } from "../../../protocol/errors.ts";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import type { Iot } from "../../../protocol/to-server.ts";
import { ToolError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { SourceTool, ToolOutcome, ToolSource } from "../source.ts";
import { fits, type IotDevice, type IotMember, readDescriptor } from "./iot-descriptor.ts";

/** More things than any device is made of; what comes beyond is left out. */
const MAX_THINGS = 64;

/** What the source needs of the device's connection. */
export interface DeviceIotOptions {
  /** Sends commands to the device. */
  readonly send: (commands: readonly JsonObject[]) => void;
  readonly log: Log;
}

/** Reads a property or calls a method of the device. */
interface Action {
  readonly tool: SourceTool;
  run(args: JsonObject): ToolOutcome;
}

/** The sentences that a model gives along with a call, so that it need not be asked again. */
const SENTENCES = {
  response_success: { type: "string", description: "What to say when it worked; {value} stands for the value." },
  response_failure: { type: "string", description: "What to say when it did not work." },
} as const;

/**
 * The things that a device without MCP is made of, as it describes them (messages `iot`): a tool for each property,
 * `get_<thing>_<property>`, and each method, `<thing>_<method>`.
 */
export class DeviceIotSource implements ToolSource {
  readonly id = "DEVICE_IOT";
  readonly #options: DeviceIotOptions;
  readonly #things = new Map<string, IotDevice>();
  readonly #values = new Map<string, unknown>();
  #actions: ReadonlyMap<string, Action> = new Map();
  readonly #listeners = new Set<() => void>();

  constructor(options: DeviceIotOptions) {
    this.#options = options;
  }

  /** Takes over what the device says about its things, and their states. What makes no sense is logged and left out. */
  accept({ descriptors = [], states = [] }: Pick<Iot, "descriptors" | "states">): void {
    for (const descriptor of descriptors) this.#describe(descriptor);
    for (const state of states) this.#update(state);
    if (descriptors.length === 0) return;
    this.#actions = new Map([...this.#things.values()].flatMap((thing) => this.#actionsOf(thing)));
    for (const listener of this.#listeners) listener();
  }

  list(): readonly SourceTool[] {
    return [...this.#actions.values()].map(({ tool }) => tool);
  }

  async call(name: string, args: JsonObject): Promise<ToolOutcome> {
    const action = this.#actions.get(name);
    if (!action) throw new ToolError("tool-unknown", `the device has nothing named ${name}`);
    return action.run(args);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #describe(descriptor: unknown): void {
    const thing = readDescriptor(descriptor);
    const isTooMany = thing && !this.#things.has(thing.name) && this.#things.size >= MAX_THINGS;
    if (thing && !isTooMany) this.#things.set(thing.name, thing);
    else this.#options.log.warn({ descriptor: shown(descriptor) }, "descriptor of the device left out");
  }

  #update(state: unknown): void {
    const thing = isObject(state) ? this.#things.get(state["name"] as string) : undefined;
    const values = isObject(state) && isObject(state["state"]) ? state["state"] : {};
    for (const [property, value] of Object.entries(values)) {
      const member = thing?.properties.find(({ name }) => name === property);
      if (thing && member && fits(member.type, value)) this.#values.set(key(thing.name, property), value);
      else this.#options.log.debug({ state: shown(state), property }, "state of the device left out");
    }
  }

  #actionsOf(thing: IotDevice): [string, Action][] {
    const reading = thing.properties.map((property) => this.#readingOf(thing, property));
    const calling = thing.methods.map((method) => this.#callOf(thing, method));
    // A dot keeps names apart that would be the same with an underscore.
    return [...reading, ...calling].map((action) => [action.tool.name, action]);
  }

  #readingOf(thing: IotDevice, property: IotMember): Action {
    const description = `${thing.description}: gets ${property.description}`;
    return {
      tool: { name: `get_${thing.name}.${property.name}`, description, inputSchema: schemaOf([]) },
      run: ({ response_success, response_failure }) => {
        const value = this.#values.get(key(thing.name, property.name));
        if (value !== undefined) return outcome(`${property.name}: ${JSON.stringify(value)}`, response_success, value);
        const text = `${thing.name} has not told its ${property.name} yet`;
        return { ...outcome(text, response_failure), isError: true };
      },
    };
  }

  #callOf(thing: IotDevice, method: IotDevice["methods"][number]): Action {
    const description = `${thing.description}: ${method.description}`;
    return {
      tool: { name: `${thing.name}.${method.name}`, description, inputSchema: schemaOf(method.parameters) },
      run: (args) => {
        const parameters = method.parameters.map((parameter) => [parameter.name, argument(parameter, args)] as const);
        this.#options.send([{ name: thing.name, method: method.name, parameters: Object.fromEntries(parameters) }]);
        const value = parameters[0]?.[1];
        return outcome("The device has been told.", args["response_success"], value);
      },
    };
  }
}

function key(thing: string, property: string): string {
  return JSON.stringify([thing, property]);
}

function schemaOf(parameters: readonly IotMember[]): JsonObject {
  const own = parameters.map(({ name, type, description }) => [name, { type, description }]);
  return {
    type: "object",
    properties: { ...Object.fromEntries(own), ...SENTENCES },
    ...(parameters.length > 0 && { required: parameters.map(({ name }) => name) }),
  };
}

/** @throws ToolError `tool-argument` */
function argument({ name, type }: IotMember, args: JsonObject): unknown {
  const given = Object.hasOwn(args, name) ? args[name] : undefined;
  if (fits(type, given)) return given;
  throw new ToolError("tool-argument", `Missing valid argument: ${name} (expected a ${type}, got ${shown(given)})`);
}

/** The model's own sentence is the answer where it gave one. */
function outcome(text: string, sentence: unknown, value?: unknown): ToolOutcome {
  if (typeof sentence !== "string" || sentence === "") return { text, isError: false };
  return { text, reply: sentence.replaceAll("{value}", () => String(value ?? "")), isError: false };
}
