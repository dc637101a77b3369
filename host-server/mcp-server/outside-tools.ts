import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import { deviceKey } from "../nodes/device-key.ts";
import type { ToolSpec } from "../providers/llm.ts";
import { Catalogue } from "../tools/catalogue.ts";
import type { ToolOutcome, ToolSource } from "../tools/source.ts";

/** Longest name that the interfaces of models accept. */
const MAX_NAME = 64;
/** They end a conversation or play in it, and there is none. */
const CONVERSATIONAL: ReadonlySet<string> = new Set(["handle_exit_intent", "play_music"]);

/** A device that can be reached now, and the tools that it brings. */
export interface ConnectedDevice {
  /** MAC address as the device wrote it. */
  readonly deviceId: string;
  readonly tools: readonly ToolSource[];
}

export interface OutsideToolsOptions {
  /** The devices of this moment. */
  readonly devices: () => readonly ConnectedDevice[];
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
  list(deviceId: string): readonly ToolSpec[] {
    return this.#with(deviceId, (catalogue) => catalogue.specs().filter(({ name }) => !CONVERSATIONAL.has(name)));
  }

  /** Runs one of them. A failure, an unknown name and a call that takes too long are results too. */
  async call(deviceId: string, name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> {
    if (CONVERSATIONAL.has(name)) return { text: `There is no tool named ${name}.`, isError: true };
    const catalogue = this.#open(deviceId);
    try {
      return await catalogue.call(name, args, signal);
    } finally {
      catalogue.close();
    }
  }

  /** Stands for what is on offer now: it changes when that does. */
  fingerprint(): string {
    const lists = [...this.#options.serverTools(""), ...this.#options.devices().flatMap(({ tools }) => tools)];
    const devices = this.#options.devices().map(({ deviceId }) => deviceId);
    return JSON.stringify([devices, lists.map((source) => source.list().map(({ name }) => name))]);
  }

  #with<T>(deviceId: string, read: (catalogue: Catalogue) => T): T {
    const catalogue = this.#open(deviceId);
    try {
      return read(catalogue);
    } finally {
      catalogue.close();
    }
  }

  #open(deviceId: string): Catalogue {
    const { clock, log, timeoutMs, serverTools } = this.#options;
    const sources = [...serverTools(deviceId), ...this.#deviceTools(deviceId)];
    return new Catalogue({ sources, clock, log, timeoutMs: timeoutMs() });
  }

  #deviceTools(deviceId: string): readonly ToolSource[] {
    const devices = this.#options.devices();
    if (deviceId !== "") return devices.find((device) => isSameDevice(device.deviceId, deviceId))?.tools ?? [];
    if (devices.length < 2) return devices.flatMap(({ tools }) => tools);
    const ids = devices.map((device) => device.deviceId);
    return devices.flatMap((device) => device.tools.map((source) => labelled(source, device.deviceId, ids)));
  }
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
