import { isObject, type JsonObject } from "../../protocol/json.ts";
import { AppError } from "../errors.ts";
import type { SourceTool, ToolOutcome } from "../tools/source.ts";
import { type Membership, QUICK_MS } from "./membership.ts";
import type { Presence } from "./presence.ts";

/** ms beyond its own limit that a call of a tool may take on its way. */
const WAY_MS = 1_000;
/** ms that a text may take: the longest, spoken after another. */
const SAY_MS = 300_000;

/** What may be asked of the devices of one node. */
export interface OwnDevices {
  /** The tools that a device brings; none while it is away. */
  tools(deviceId: string): readonly SourceTool[];
  /** Undefined when there is no such device or tool. */
  callTool(deviceId: string, tool: string, args: JsonObject): Promise<ToolOutcome | undefined>;
  /** How to say something; undefined when the device is not here. */
  voiceOf(deviceId: string): ((text: string) => Promise<void>) | undefined;
  /** Has a device start anew; gives whether it could be told. */
  reboot(deviceId: string): Promise<boolean>;
  /** Ends a device's conversation. */
  disconnect(deviceId: string): void;
}

export interface RemoteDevicesOptions {
  readonly membership: Membership;
  readonly presence: Presence;
  readonly own: OwnDevices;
  /** ms that a tool may take. */
  readonly toolMs: () => number;
}

/** Devices at other nodes, as if they were here. A node that is asked answers for its own devices alone. */
export class RemoteDevices {
  readonly #options: RemoteDevicesOptions;

  constructor(options: RemoteDevicesOptions) {
    this.#options = options;
  }

  /** Answers for the devices of this node. */
  start(): void {
    const { membership, own } = this.#options;
    const about = (answer: (device: string, message: JsonObject) => JsonObject | Promise<JsonObject>) => {
      return (message: JsonObject) => answer(String(message["device"]), message);
    };
    membership.answer(
      "tools",
      about((device) => ({ tools: own.tools(device) })),
    );
    membership.answer(
      "call",
      about(async (device, { tool, args }) => {
        const outcome = await own.callTool(device, String(tool), isObject(args) ? args : {});
        return outcome ? { outcome: plain(outcome) } : {};
      }),
    );
    membership.answer(
      "say",
      about(async (device, { text }) => {
        const voice = own.voiceOf(device);
        if (!voice) throw new AppError("device-gone", `device-gone: ${device} is not here any more`);
        await voice(String(text));
        return {};
      }),
    );
    membership.answer(
      "reboot",
      about(async (device) => ({ isDone: await own.reboot(device) })),
    );
    membership.answer(
      "disconnect",
      about((device) => {
        own.disconnect(device);
        return {};
      }),
    );
  }

  /** Ids of the devices at other nodes. */
  get ids(): Iterable<string> {
    return this.#options.presence.others();
  }

  /** Whether a device is at another node. */
  has(deviceId: string): boolean {
    return this.#options.presence.nodeOf(deviceId) !== undefined;
  }

  /** The tools of a device; none when it is at no other node. @throws BusError */
  async tools(deviceId: string): Promise<readonly SourceTool[]> {
    const { tools } = (await this.#ask(deviceId, "tools", {}, QUICK_MS)) ?? {};
    return Array.isArray(tools) ? (tools as SourceTool[]) : [];
  }

  /** Undefined when there is no such device, or it has no such tool. @throws BusError, AppError */
  async callTool(deviceId: string, tool: string, args: JsonObject): Promise<ToolOutcome | undefined> {
    const { outcome } = (await this.#ask(deviceId, "call", { tool, args }, this.#options.toolMs() + WAY_MS)) ?? {};
    return isObject(outcome) ? (outcome as unknown as ToolOutcome) : undefined;
  }

  /** How to say something through a device; undefined when it is at no other node. */
  voiceOf(deviceId: string): ((text: string) => Promise<void>) | undefined {
    if (!this.has(deviceId)) return undefined;
    return async (text) => void (await this.#ask(deviceId, "say", { text }, SAY_MS));
  }

  /** Has a device start anew; gives whether it could be told. @throws BusError, AppError */
  async reboot(deviceId: string): Promise<boolean> {
    const answer = await this.#ask(deviceId, "reboot", {}, this.#options.toolMs() + WAY_MS);
    return answer?.["isDone"] === true;
  }

  /** Ends a device's conversation; a node that cannot be asked any more has none. */
  async disconnect(deviceId: string): Promise<void> {
    await this.#ask(deviceId, "disconnect", {}, QUICK_MS);
  }

  async #ask(device: string, method: string, message: JsonObject, timeoutMs: number): Promise<JsonObject | undefined> {
    const { presence, membership } = this.#options;
    const node = presence.nodeOf(device);
    return node === undefined ? undefined : membership.ask(node, method, { device, ...message }, timeoutMs);
  }
}

/** What of an outcome can be told: sounds are of conversations. */
function plain({ text, data, isError, reply, note }: ToolOutcome): JsonObject {
  return {
    ...{ text, isError },
    ...(data && { data }),
    ...(reply !== undefined && { reply }),
    ...(note !== undefined && { note }),
  };
}
