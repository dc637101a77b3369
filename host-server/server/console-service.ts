import type { JsonObject } from "../../protocol/json.ts";
import type { Assistants } from "../agents/assistants.ts";
import type { Config } from "../config/schema.ts";
import { Console } from "../console/console.ts";
import { connectedDevices } from "../mcp-server/connected-devices.ts";
import { isSameDevice } from "../mcp-server/outside-tools.ts";
import type { MqttService } from "../mqtt-service.ts";
import { providers } from "../providers/registry.ts";
import type { DeviceReach } from "../reach/device-reach.ts";
import type { McpChannels } from "../session/mcp-channels.ts";
import type { Roster } from "../session/roster.ts";
import type { Session } from "../session/session.ts";
import type { ServerOptions } from "./contract.ts";

/** ms that a device at rest has to take the order to start anew. */
const REBOOT_MS = 10_000;

/** What of the server the console sees. */
export interface ConsoleContext {
  readonly options: ServerOptions;
  /** The configuration as it is now. */
  readonly config: () => Config;
  readonly sessions: Roster<Session>;
  readonly channels: McpChannels;
  readonly mqtt: () => MqttService;
  readonly assistants: Assistants;
  readonly reach: DeviceReach;
  reload(): unknown;
  readonly restart: (() => void) | undefined;
  state(): JsonObject;
}

/** The console of this server; undefined where it is switched off, or nothing can be kept. */
export function createConsole(context: ConsoleContext): Console | undefined {
  const { options, config, sessions, channels, mqtt, assistants, reach, reload, restart, state } = context;
  const { storage, clock, log, dataDirectory = "data", agentProviders = providers } = options;
  if (!storage || !config().console.enabled) return undefined;
  return new Console({
    ...{ config, storage, clock, log, dataDirectory, reach, reload, restart, state },
    providers: agentProviders,
    passwords: options.passwords,
    devices: () => connectedDevices({ sessions, channels: channels.devices, resting: mqtt().devices }),
    isBound: (deviceId) => assistants.isBound(deviceId),
    refreshAgents: () => assistants.refresh(),
    disconnect: (deviceId) => sessions.find(deviceId)?.close(),
    rebootDevice: (deviceId) => rebootDevice({ sessions, mqtt }, deviceId),
  });
}

/** A device in a conversation takes the order as a message; one at rest has a tool for it. */
async function rebootDevice(
  { sessions, mqtt }: Pick<ConsoleContext, "sessions" | "mqtt">,
  deviceId: string,
): Promise<boolean> {
  const session = sessions.find(deviceId);
  if (session) {
    session.send({ type: "system", command: "reboot" });
    return true;
  }
  const resting = [...mqtt().devices].find(({ device }) => isSameDevice(device.deviceId, deviceId));
  if (!resting) return false;
  await resting.request("tools/call", { name: "self.reboot", arguments: {} }, REBOOT_MS);
  return true;
}
