import type { Clock } from "../../protocol/clock.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import type { Log } from "../log.ts";
import { Catalogue } from "../tools/catalogue.ts";
import type { ToolCaller, ToolSource } from "../tools/source.ts";
import { DeviceIotSource } from "../tools/sources/device-iot.ts";
import { type DeviceMcpOptions, DeviceMcpSource } from "../tools/sources/device-mcp.ts";
import type { McpChannels } from "./mcp-channels.ts";

export interface SessionToolsOptions {
  /** The tools that the server itself brings for a device. */
  readonly sourcesFor: (caller: ToolCaller) => readonly ToolSource[];
  readonly caller: ToolCaller;
  /** The device may have connected its tools another way. */
  readonly mcpChannels: McpChannels;
  /** Where the device may ask about pictures; undefined when it cannot. */
  readonly vision: DeviceMcpOptions["vision"];
  readonly send: (message: ToDevice) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** ms that a call may take. */
  readonly timeoutMs: number;
}

/** The tools of one session: the server's and the device's. */
export class SessionTools {
  /** All of them. */
  readonly catalogue: Catalogue;
  /** Those of the device's MCP server. */
  readonly mcp: DeviceMcpSource;
  /** What the device itself brings. */
  readonly ofDevice: readonly ToolSource[];
  /** Those of a device without one. */
  readonly iot: DeviceIotSource;

  constructor({ sourcesFor, caller, mcpChannels, vision, send, clock, log, timeoutMs }: SessionToolsOptions) {
    this.mcp = new DeviceMcpSource({
      send: (payload) => send({ type: "mcp", payload: { ...payload } }),
      clock,
      log,
      timeoutMs,
      vision,
    });
    this.iot = new DeviceIotSource({ send: (commands) => send({ type: "iot", commands }), log });
    this.ofDevice = [this.iot, mcpChannels.sourceFor(caller.deviceId, this.mcp)];
    this.catalogue = new Catalogue({ sources: [...sourcesFor(caller), ...this.ofDevice], clock, log, timeoutMs });
  }

  /** Ends calls that wait for the device, and lets go of the server's sources. */
  close(): void {
    this.mcp.close();
    this.catalogue.close();
  }
}
