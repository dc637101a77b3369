import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import { deviceKey } from "../nodes/device-key.ts";
import type { ToolSpec } from "../providers/llm.ts";
import { Catalogue } from "../tools/catalogue.ts";
import type { SourceTool, ToolOutcome, ToolSource } from "../tools/source.ts";

/** Longest name that the interfaces of models accept. */
const MAX_NAME = 64;
/** Devices at other nodes whose tools are offered where those of all are asked for: each is asked for them. */
const MOST_ELSEWHERE = 200;
/** They end a conversation or play in it, and there is none. */
const CONVERSATIONAL: ReadonlySet<string> = new Set(["handle_exit_intent", "play_music"]);

/** A device that can be reached now, and the tools that it brings. */
export interface ConnectedDevice {
  /** MAC address as the device wrote it. */
  readonly deviceId: string;
  readonly tools: readonly ToolSource[];
}

/** Devices at other nodes. */
export interface DevicesElsewhere {
  /** Their ids. */
  readonly ids: Iterable<string>;
  has(deviceId: string): boolean;
  /** @throws BusError when its node cannot be asked */
  tools(deviceId: string): Promise<readonly SourceTool[]>;
  /** Undefined when there is no such device or tool. @throws BusError, AppError */
  callTool(deviceId: string, tool: string, args: JsonObject): Promise<ToolOutcome | undefined>;
}

export interface OutsideToolsOptions {
  /** The devices of this moment, at this node. */
  readonly devices: () => readonly ConnectedDevice[];
  /** Those at others; undefined where there are none. */
  readonly elsewhere?: () => DevicesElsewhere | undefined;
  /** The tools that the server itself brings, for a device or, with an empty id, for nobody. */
  readonly serverTools: (deviceId: string) => readonly ToolSource[];
  readonly clock: Clock;
  readonly log: Log;
  /** ms that a call may take. */
  readonly timeoutMs: () => number;
}

/** The assistant's tools as other programs may use them: of one device, or of all that are connected. */
export class OutsideTools {
  readonly #options: OutsideToolsOptions;

  constructor(options: OutsideToolsOptions) {
    this.#options = options;
  }

  /** The tools now; `deviceId` is empty for those of all devices. */
  async list(deviceId: string): Promise<readonly ToolSpec[]> {
    const catalogue = await this.#open(deviceId);
    try {
      return catalogue.specs().filter(({ name }) => !CONVERSATIONAL.has(name));
    } finally {
      catalogue.close();
    }
  }

  /** Runs one of them. A failure, an unknown name and a call that takes too long are results too. */
  async call(deviceId: string, name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    if (CONVERSATIONAL.has(name)) return { text: `There is no tool named ${name}.`, isError: true };
    const catalogue = await this.#open(deviceId);
    try {
      return await catalogue.call(name, args, signal);
    } finally {
      catalogue.close();
    }
  }

  /** Whether a device is connected, here or at another node. */
  has(deviceId: string): boolean {
    const { devices, elsewhere } = this.#options;
    if (devices().some((device) => isSameDevice(device.deviceId, deviceId))) return true;
    return elsewhere?.()?.has(deviceId) ?? false;
  }

  /** Stands for what is on offer now: it changes when that does. Of other nodes it knows which devices they have. */
  fingerprint(): string {
    const lists = [...this.#options.serverTools(""), ...this.#options.devices().flatMap(({ tools }) => tools)];
    const devices = this.#options.devices().map(({ deviceId }) => deviceId);
    return JSON.stringify([
      devices,
      this.#idsElsewhere(devices),
      lists.map((source) => source.list().map(({ name }) => name)),
    ]);
  }

  async #open(deviceId: string): Promise<Catalogue> {
    const { clock, log, timeoutMs, serverTools } = this.#options;
    const sources = [...serverTools(deviceId), ...(await this.#deviceTools(deviceId))];
    return new Catalogue({ sources, clock, log, timeoutMs: timeoutMs() });
  }

  async #deviceTools(deviceId: string): Promise<readonly ToolSource[]> {
    const here = this.#options.devices();
    if (deviceId !== "") {
      const own = here.find((device) => isSameDevice(device.deviceId, deviceId));
      return own?.tools ?? (await this.#from([deviceId]))[0]?.tools ?? [];
    }
    const devices = [...here, ...(await this.#from(this.#idsElsewhere(here.map((device) => device.deviceId))))];
    if (devices.length < 2) return devices.flatMap(({ tools }) => tools);
    const ids = devices.map((device) => device.deviceId);
    return devices.flatMap((device) => device.tools.map((source) => labelled(source, device.deviceId, ids)));
  }

  /** Devices that are at other nodes and not also here. */
  #idsElsewhere(here: readonly string[]): string[] {
    const own = new Set(here.map(deviceKey));
    const ids: string[] = [];
    for (const id of this.#options.elsewhere?.()?.ids ?? []) {
      if (ids.length === MOST_ELSEWHERE) break;
      if (!own.has(deviceKey(id))) ids.push(id);
    }
    return ids;
  }

  /** Devices of other nodes with their tools; one whose node does not answer has none. */
  async #from(ids: readonly string[]): Promise<ConnectedDevice[]> {
    const elsewhere = this.#options.elsewhere?.();
    if (!elsewhere) return [];
    const found = ids.map(async (deviceId) => {
      try {
        return { deviceId, tools: [sourceAt(elsewhere, deviceId, await elsewhere.tools(deviceId))] };
      } catch (error) {
        this.#options.log.warn({ device: deviceId, error }, "the node of a device does not tell its tools");
        return { deviceId, tools: [] };
      }
    });
    return Promise.all(found);
  }
}

/** The tools of a device at another node. */
function sourceAt(elsewhere: DevicesElsewhere, deviceId: string, tools: readonly SourceTool[]): ToolSource {
  return {
    id: "DEVICE_MCP",
    list: () => tools,
    call: async (name, args) => {
      const outcome = await elsewhere.callTool(deviceId, name, args);
      return outcome ?? { text: `The device ${deviceId} cannot be reached now.`, isError: true };
    },
    // Nobody keeps this source for longer than a look.
    onChange: () => () => {},
  };
}

/** Whether two MAC addresses are the same, however they are written. */
export function isSameDevice(one: string, other: string): boolean {
  return deviceKey(one) === deviceKey(other);
}

/** The same tools, each with its device in name and description. */
function labelled(source: ToolSource, deviceId: string, all: readonly string[]): ToolSource {
  const short = (id: string) => deviceKey(id).slice(-4);
  const isOne = all.filter((id) => short(id) === short(deviceId)).length === 1;
  const ending = `_${isOne ? short(deviceId) : deviceKey(deviceId)}`;
  const named = (name: string) => name.slice(0, MAX_NAME - ending.length) + ending;
  return {
    id: source.id,
    list: () =>
      source.list().map((tool) => {
        return {
          ...tool,
          name: named(tool.name),
          description: `${tool.description}\nOn the device ${deviceId}.`.trim(),
        };
      }),
    call: (name, args, signal) => {
      const own = source.list().find((tool) => named(tool.name) === name)?.name ?? name;
      return source.call(own, args, signal);
    },
    onChange: (listener) => source.onChange(listener),
  };
}
