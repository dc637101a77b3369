import type { JsonObject } from "../../protocol/json.ts";
import { connectedDevices } from "../mcp-server/connected-devices.ts";
import { type ConnectedDevice, isSameDevice } from "../mcp-server/outside-tools.ts";
import type { MqttService } from "../mqtt-service.ts";
import type { OwnDevices } from "../nodes/remote-devices.ts";
import type { McpChannels } from "../session/mcp-channels.ts";
import type { Roster } from "../session/roster.ts";
import type { Session } from "../session/session.ts";
import type { SourceTool, ToolOutcome } from "../tools/source.ts";
import { answerOf } from "./device-error.ts";

/** ms that a device at rest has to take the order to start anew. */
const REBOOT_MS = 10_000;

export interface LocalReachOptions {
  readonly sessions: Roster<Session>;
  readonly channels: McpChannels;
  /** The server's own gateway, which may be put together later. */
  readonly mqtt: () => Pick<MqttService, "devices" | "voiceOf">;
}

/** The devices that are connected to this process: in a session, or at rest at the gateway. */
export class LocalReach implements OwnDevices {
  readonly #options: LocalReachOptions;

  constructor(options: LocalReachOptions) {
    this.#options = options;
  }

  /** The devices of this moment, each with its tools. */
  get devices(): readonly ConnectedDevice[] {
    const { sessions, channels, mqtt } = this.#options;
    return connectedDevices({ sessions, channels: channels.devices, resting: mqtt().devices });
  }

  has(deviceId: string): boolean {
    return this.#find(deviceId) !== undefined;
  }

  tools(deviceId: string): readonly SourceTool[] {
    return (this.#find(deviceId)?.tools ?? []).flatMap((source) => source.list());
  }

  /** @throws DeviceError when the device does not answer, or with an error */
  async callTool(deviceId: string, tool: string, args: JsonObject): Promise<ToolOutcome | undefined> {
    const source = this.#find(deviceId)?.tools.find((one) => one.list().some(({ name }) => name === tool));
    return source && answerOf(deviceId, tool, source.call(tool, args, new AbortController().signal));
  }

  voiceOf(deviceId: string): ((text: string) => Promise<void>) | undefined {
    const { sessions, mqtt } = this.#options;
    const session = sessions.find(deviceId);
    return session ? (text) => session.say(text) : mqtt().voiceOf(deviceId);
  }

  /**
   * A device in a conversation takes the order as a message; one at rest has a tool for it.
   *
   * @throws DeviceError when a device at rest does not answer, or with an error
   */
  async reboot(deviceId: string): Promise<boolean> {
    const { sessions, mqtt } = this.#options;
    const session = sessions.find(deviceId);
    if (session) {
      session.send({ type: "system", command: "reboot" });
      return true;
    }
    const resting = [...mqtt().devices].find(({ device }) => isSameDevice(device.deviceId, deviceId));
    if (!resting) return false;
    const order = { name: "self.reboot", arguments: {} };
    await answerOf(deviceId, order.name, resting.request("tools/call", order, REBOOT_MS));
    return true;
  }

  disconnect(deviceId: string): void {
    this.#options.sessions.find(deviceId)?.close();
  }

  #find(deviceId: string): ConnectedDevice | undefined {
    return this.devices.find((device) => isSameDevice(device.deviceId, deviceId));
  }
}
