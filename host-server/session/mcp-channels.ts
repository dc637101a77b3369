import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { parseJson } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import type { ToolSource } from "../tools/source.ts";
import { DeviceMcpSource } from "../tools/sources/device-mcp.ts";
import type { DeviceLink, HoldDevice } from "./link.ts";

export interface McpChannelsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** ms that a device has for each answer. */
  readonly timeoutMs: number;
  /** Takes note of a device with a channel, which `end` ends; gives what takes note of its end. */
  readonly hold?: HoldDevice | undefined;
}

interface Channel {
  readonly link: DeviceLink;
  readonly source: DeviceMcpSource;
  /** Its tools have been read. */
  isReady: boolean;
}

/**
 * Devices that connect their MCP server by a WebSocket of its own (`/mcp/device/<device id>`): bare JSON-RPC both ways. As
 * long as such a connection is open, a device's tools are those that came over it, in every session of the device.
 */
export class McpChannels {
  readonly #options: McpChannelsOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #listeners = new Set<() => void>();

  constructor(options: McpChannelsOptions) {
    this.#options = options;
  }

  /** Devices with a channel. */
  get size(): number {
    return this.#channels.size;
  }

  /** Takes a connection; the one that the device had before is closed. */
  open(link: DeviceLink): void {
    const { clock, timeoutMs } = this.#options;
    const { deviceId, ip } = link.device;
    const log = this.#options.log.child({ device: deviceId });
    const key = deviceId.toLowerCase();
    const send = (message: object) => link.sendText(JSON.stringify(message));
    const schedule = clock.schedule.bind(clock);
    const source = new DeviceMcpSource({ send, schedule, log, timeoutMs, confirms: true });
    const channel: Channel = { link, source, isReady: false };
    const release = this.#options.hold?.(deviceId, () => link.close());
    const previous = this.#channels.get(key);
    this.#channels.set(key, channel);
    previous?.link.close();
    source.onChange(() => {
      channel.isReady = true;
      this.#tell();
    });
    link.attach({
      sessionId: "",
      onText: (text) => receive(text, { source, send, log }),
      onAudio: () => {},
      onClose: () => {
        release?.();
        this.#close(key, channel, log);
      },
    });
    log.info({ ip }, "device connected its tools");
    source.start().then(
      () => log.debug({ tools: source.list().length }, "device tools read"),
      (error: unknown) => {
        if (this.#channels.get(key) === channel) log.warn({ error }, "the device's tools cannot be used");
      },
    );
  }

  /** The tools of a device: those of its channel while there is one, else those of its session. */
  sourceFor(deviceId: string, ofSession: ToolSource): ToolSource {
    const now = () => {
      const channel = this.#channels.get(deviceId.toLowerCase());
      return channel?.isReady ? channel.source : ofSession;
    };
    return {
      id: ofSession.id,
      list: () => now().list(),
      call: (name, args, signal) => now().call(name, args, signal),
      onChange: (listener) => {
        this.#listeners.add(listener);
        const unsubscribe = ofSession.onChange(listener);
        return () => {
          this.#listeners.delete(listener);
          unsubscribe();
        };
      },
    };
  }

  /** The devices whose tools are known, with their tools. */
  get devices(): readonly { readonly deviceId: string; readonly tools: readonly ToolSource[] }[] {
    const ready = [...this.#channels.values()].filter(({ isReady }) => isReady);
    return ready.map(({ link, source }) => ({ deviceId: link.device.deviceId, tools: [source] }));
  }

  /** Closes all connections. */
  close(): void {
    for (const { link } of [...this.#channels.values()]) link.close();
  }

  #close(key: string, channel: Channel, log: Log): void {
    channel.source.close();
    if (this.#channels.get(key) !== channel) return;
    this.#channels.delete(key);
    log.info("device took its tools away");
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

interface Receiver {
  readonly source: DeviceMcpSource;
  readonly send: (message: object) => void;
  readonly log: Log;
}

function receive(text: string, { source, send, log }: Receiver): void {
  try {
    const message = parseJson(text) as JsonObject;
    // MCP has either side answer this one.
    if (message?.["method"] === "ping" && message["id"] !== undefined) {
      send({ jsonrpc: "2.0", id: message["id"], result: {} });
    } else source.accept(message);
  } catch (error) {
    log.warn({ error }, "message refused");
  }
}
