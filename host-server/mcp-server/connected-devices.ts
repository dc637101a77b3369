import type { JsonObject } from "../../protocol/json.ts";
import type { McpTool } from "../../protocol/mcp.ts";
import { deviceKey } from "../nodes/device-key.ts";
import { toolsForModels } from "../tools/audience.ts";
import { mcpOutcome } from "../tools/mcp-outcome.ts";
import type { ToolSource } from "../tools/source.ts";
import type { ConnectedDevice } from "./outside-tools.ts";

/** ms that a device at rest has for a call; whoever calls usually gives up before. */
const TIMEOUT_MS = 60_000;

/** A device that is logged in at the gateway, with or without a session. */
export interface RestingDevice {
  readonly device: { readonly deviceId: string };
  readonly tools: readonly McpTool[];
  request(method: string, params: JsonObject | undefined, timeoutMs: number): Promise<unknown>;
}

export interface Whereabouts {
  /** Those in a conversation. */
  readonly sessions: Iterable<{
    readonly device: { readonly deviceId: string };
    readonly deviceTools: readonly ToolSource[];
  }>;
  /** Those that connect their tools by themselves. */
  readonly channels: readonly ConnectedDevice[];
  /** Those at the gateway. */
  readonly resting: Iterable<RestingDevice>;
}

/** Every device once, by the way that knows most of it: its session, its tools' own connection, the gateway. */
export function connectedDevices({ sessions, channels, resting }: Whereabouts): readonly ConnectedDevice[] {
  const devices = new Map<string, ConnectedDevice>();
  const add = (device: ConnectedDevice) => {
    const key = deviceKey(device.deviceId);
    if (!devices.has(key)) devices.set(key, device);
  };
  for (const { device, deviceTools } of sessions) add({ deviceId: device.deviceId, tools: deviceTools });
  for (const device of channels) add(device);
  for (const device of resting) add({ deviceId: device.device.deviceId, tools: [toolsOf(device)] });
  return [...devices.values()];
}

function toolsOf(device: RestingDevice): ToolSource {
  return {
    id: "DEVICE_MCP",
    list: () => toolsForModels(device.tools),
    call: async (name, args) => {
      return mcpOutcome(await device.request("tools/call", { name, arguments: args }, TIMEOUT_MS));
    },
    // Nobody keeps this source for longer than a look.
    onChange: () => () => {},
  };
}
