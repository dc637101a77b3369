import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Config } from "../config/schema.ts";
import { createManagerClient, type ManagerClient } from "../gateway/manager-client.ts";
import type { Log } from "../log.ts";
import type { Nodes } from "../nodes/nodes.ts";
import type { Reach } from "../tools/reach.ts";
import type { SourceTool, ToolOutcome } from "../tools/source.ts";
import { LocalReach, type LocalReachOptions } from "./local-reach.ts";

export interface DeviceReachOptions extends LocalReachOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** The other nodes, where there are any. */
  readonly nodes: () => Nodes | undefined;
}

/** Every device, wherever it is: here, at another node, or behind a gateway that is another program. */
export class DeviceReach implements Reach {
  readonly #options: DeviceReachOptions;
  /** A gateway that is another program. */
  readonly #manager: ManagerClient | undefined;
  /** The devices of this process. */
  readonly local: LocalReach;

  constructor(options: DeviceReachOptions) {
    this.#options = options;
    this.#manager = createManagerClient(options.config.server, options.clock);
    this.local = new LocalReach(options);
  }

  /** Ids of every device that can be reached. */
  get ids(): readonly string[] {
    const { nodes } = this.#options;
    return [...this.local.devices.map(({ deviceId }) => deviceId), ...(nodes()?.devices.ids ?? [])];
  }

  voiceOf(deviceId: string): ReturnType<Reach["voiceOf"]> {
    const { sessions, nodes } = this.#options;
    const manager = this.#manager;
    const voice = this.local.voiceOf(deviceId) ?? nodes()?.devices.voiceOf(deviceId);
    if (!voice && manager) return (text) => manager.say(deviceId, text);
    return voice ?? (sessions.remembers(deviceId) ? "offline" : "unknown");
  }

  async callTool(deviceId: string, tool: string, args: JsonObject): Promise<ToolOutcome | undefined> {
    if (this.local.has(deviceId)) return this.local.callTool(deviceId, tool, args);
    return this.#options.nodes()?.devices.callTool(deviceId, tool, args);
  }

  /** The tools that a device brings; none while it is away. @throws BusError */
  async toolsOf(deviceId: string): Promise<readonly SourceTool[]> {
    if (this.local.has(deviceId)) return this.local.tools(deviceId);
    return (await this.#options.nodes()?.devices.tools(deviceId)) ?? [];
  }

  /** Has a device start anew; gives whether it could be told. @throws AppError */
  async reboot(deviceId: string): Promise<boolean> {
    if (await this.local.reboot(deviceId)) return true;
    return (await this.#options.nodes()?.devices.reboot(deviceId)) ?? false;
  }

  /** Ends a device's conversation, so that the next one begins with what has changed. */
  disconnect(deviceId: string): void {
    const { nodes, log } = this.#options;
    this.local.disconnect(deviceId);
    nodes()
      ?.devices.disconnect(deviceId)
      .catch((error: unknown) =>
        log.warn({ device: deviceId, error }, "a device at another node was not disconnected"),
      );
  }
}
