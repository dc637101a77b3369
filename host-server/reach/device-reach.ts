import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Config } from "../config/schema.ts";
import { createManagerClient, type ManagerClient } from "../gateway/manager-client.ts";
import { connectedDevices } from "../mcp-server/connected-devices.ts";
import { isSameDevice } from "../mcp-server/outside-tools.ts";
import type { MqttService } from "../mqtt-service.ts";
import type { McpChannels } from "../session/mcp-channels.ts";
import type { Roster } from "../session/roster.ts";
import type { Session } from "../session/session.ts";
import type { Reach } from "../tools/reach.ts";
import type { ToolOutcome } from "../tools/source.ts";

export interface DeviceReachOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly sessions: Roster<Session>;
  readonly channels: McpChannels;
  /** The server's own gateway, which may be put together later. */
  readonly mqtt: () => Pick<MqttService, "devices" | "voiceOf">;
}

/** The devices of this server, wherever they are: in a session, at rest at the gateway, or behind another gateway. */
export class DeviceReach implements Reach {
  readonly #options: DeviceReachOptions;
  /** A gateway that is another program. */
  readonly #manager: ManagerClient | undefined;

  constructor(options: DeviceReachOptions) {
    this.#options = options;
    this.#manager = createManagerClient(options.config.server, options.clock);
  }

  voiceOf(deviceId: string): ReturnType<Reach["voiceOf"]> {
    const { sessions, mqtt } = this.#options;
    const manager = this.#manager;
    const session = sessions.find(deviceId);
    if (session) return (text) => session.say(text);
    const own = mqtt().voiceOf(deviceId);
    if (!own && manager) return (text) => manager.say(deviceId, text);
    return own ?? (sessions.remembers(deviceId) ? "offline" : "unknown");
  }

  async callTool(deviceId: string, tool: string, args: JsonObject): Promise<ToolOutcome | undefined> {
    const { sessions, channels, mqtt } = this.#options;
    const devices = connectedDevices({ sessions, channels: channels.devices, resting: mqtt().devices });
    const device = devices.find((candidate) => isSameDevice(candidate.deviceId, deviceId));
    const source = device?.tools.find((candidate) => candidate.list().some(({ name }) => name === tool));
    return source?.call(tool, args, new AbortController().signal);
  }
}
