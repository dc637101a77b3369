import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { JsonRpcMessage } from "../../protocol/json-rpc.ts";
import type { VisionAccess } from "../../protocol/mcp.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import { ToolError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Catalogue } from "../tools/catalogue.ts";
import type { ToolCaller, ToolSource } from "../tools/source.ts";
import { DeviceIotSource } from "../tools/sources/device-iot.ts";
import { type DeviceMcpOptions, DeviceMcpSource } from "../tools/sources/device-mcp.ts";
import type { DeviceIdentity } from "./link.ts";
import type { McpChannels } from "./mcp-channels.ts";

/** What the tools need of those who share them. */
export interface SessionToolsOptions {
  /** The tools that the server itself brings for a device. */
  readonly sourcesFor: (caller: ToolCaller) => readonly ToolSource[];
  /** The device may have connected its tools another way. */
  readonly mcpChannels: McpChannels;
  /** Where a device may ask about pictures; undefined when it cannot. */
  readonly visionFor: (device: DeviceIdentity) => VisionAccess | undefined;
  readonly clock: Clock;
  readonly settings: {
    /** ms that a call may take. */
    readonly toolTimeoutMs: number;
  };
}

/** The session that the tools belong to. */
export interface ToolsOwner {
  readonly device: DeviceIdentity;
  readonly log: Log;
  send(message: ToDevice): void;
}

/** The tools of one session: the server's and the device's. Nothing of it is there before it is used: most devices only wait. */
export class SessionTools {
  readonly #owner: ToolsOwner;
  readonly #options: SessionToolsOptions;
  #mcp: DeviceMcpSource | undefined;
  #iot: DeviceIotSource | undefined;

  constructor(owner: ToolsOwner, options: SessionToolsOptions) {
    this.#owner = owner;
    this.#options = options;
  }

  /** Those of the device's MCP server. */
  get mcp(): DeviceMcpSource {
    this.#mcp ??= new DeviceMcpSource(new McpLine(this.#owner, this.#options));
    return this.#mcp;
  }

  /** Those of a device without one. */
  get iot(): DeviceIotSource {
    this.#iot ??= new DeviceIotSource({
      send: (commands) => this.#owner.send({ type: "iot", commands }),
      log: this.#owner.log,
    });
    return this.#iot;
  }

  /** What the device itself brings, as of now. */
  get ofDevice(): readonly ToolSource[] {
    const { mcpChannels } = this.#options;
    return [this.#iot ?? NO_THINGS, mcpChannels.sourceFor(this.#owner.device.deviceId, this.#mcp ?? NO_TOOLS)];
  }

  /** All of them, whatever the device will bring. */
  catalogue(caller: ToolCaller): Catalogue {
    const { sourcesFor, mcpChannels, clock, settings } = this.#options;
    const sources = [...sourcesFor(caller), this.iot, mcpChannels.sourceFor(caller.deviceId, this.mcp)];
    return new Catalogue({ sources, clock, log: this.#owner.log, timeoutMs: settings.toolTimeoutMs });
  }

  /** Ends calls that wait for the device. */
  close(): void {
    this.#mcp?.close();
  }
}

/** The way to a device's MCP server through its session. */
class McpLine implements DeviceMcpOptions {
  readonly #owner: ToolsOwner;
  readonly #options: SessionToolsOptions;

  constructor(owner: ToolsOwner, options: SessionToolsOptions) {
    this.#owner = owner;
    this.#options = options;
  }

  get log(): Log {
    return this.#owner.log;
  }

  get timeoutMs(): number {
    return this.#options.settings.toolTimeoutMs;
  }

  get vision(): VisionAccess | undefined {
    return this.#options.visionFor(this.#owner.device);
  }

  send(payload: JsonRpcMessage): void {
    this.#owner.send({ type: "mcp", payload: { ...payload } });
  }

  schedule(ms: number, run: () => void): Cancel {
    return this.#options.clock.schedule(ms, run);
  }
}

/** Stands for what a device has not spoken of. */
function emptySource(id: ToolSource["id"]): ToolSource {
  const call = (name: string) => Promise.reject(new ToolError("tool-unknown", `the device has nothing named ${name}`));
  return { id, list: () => [], call, onChange: () => () => {} };
}

const NO_THINGS = emptySource("DEVICE_IOT");
const NO_TOOLS = emptySource("DEVICE_MCP");
