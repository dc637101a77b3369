import type { RawData, WebSocket } from "ws";
import { audioFrameTime, decodeAudioFrame, encodeAudioFrame, type FramingVersion } from "../../protocol/audio-frame.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "../session/link.ts";
import { Meter } from "./meter.ts";

const CLOSE_NORMAL = 1000;
/** A device that was silent for a while may send what it has kept: so many seconds of its share at once. */
const MESSAGE_BURST_SECONDS = 5;
const PACKET_BURST_SECONDS = 20;
/** Characters of a message that the log shows. */
const MAX_SHOWN = 200;
/**
 * Framings 2 and 3 begin with a byte of 0, or of 1 for a payload that is no sound. An Opus packet that does is one of 10 ms
 * in narrow band, which no device of this kind sends.
 */
const LAST_TYPE = 1;

/** How much one device may send, and leave unread. */
export interface LinkLimits {
  readonly messagesPerSecond: number;
  readonly packetsPerSecond: number;
  /** Bytes that may wait for a device that does not read. */
  readonly unreadBytes: number;
}

export interface WebSocketLinkOptions {
  readonly device: DeviceIdentity;
  /** What the device says that its binary frames are. */
  readonly framing: FramingVersion;
  readonly limits: LinkLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** A device on a WebSocket: text frames are messages, binary frames are Opus packets. */
export class WebSocketLink implements DeviceLink {
  readonly transport = "websocket";
  readonly device: DeviceIdentity;
  readonly #socket: WebSocket;
  readonly #options: WebSocketLinkOptions;
  readonly #messages: Meter;
  readonly #packets: Meter;
  #framing: FramingVersion;
  #hasHeard = false;

  constructor(socket: WebSocket, options: WebSocketLinkOptions) {
    const { device, framing, limits, clock } = options;
    this.#socket = socket;
    this.#options = options;
    this.device = device;
    this.#framing = framing;
    this.#messages = new Meter(clock, { perSecond: limits.messagesPerSecond, burstSeconds: MESSAGE_BURST_SECONDS });
    this.#packets = new Meter(clock, { perSecond: limits.packetsPerSecond, burstSeconds: PACKET_BURST_SECONDS });
  }

  /** Made when there is something to say: most devices never give cause, and each logger takes memory. */
  get #log(): Log {
    return this.#options.log.child({ device: this.device.deviceId });
  }

  attach(events: LinkEvents): void {
    this.#socket.on("message", (data, isBinary) => this.#deliver(data, isBinary, events));
    this.#socket.on("close", () => events.onClose());
  }

  sendText(text: string): void {
    if (this.#canSend()) this.#socket.send(text);
  }

  sendAudio(packet: Uint8Array, timestamp = Math.floor(this.#options.clock.now()) >>> 0): void {
    if (this.#canSend()) this.#socket.send(encodeAudioFrame(packet, this.#framing, timestamp));
  }

  close(): void {
    this.#socket.close(CLOSE_NORMAL);
  }

  /** A device that reads nothing is gone; what waits for it must not fill the server's memory. */
  #canSend(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    const { unreadBytes } = this.#options.limits;
    if (this.#socket.bufferedAmount <= unreadBytes) return true;
    const bytes = this.#socket.bufferedAmount;
    this.#log.warn({ bytes, limit: unreadBytes }, "connection ended: the device does not read (limits.unread_bytes)");
    this.#socket.terminate();
    return false;
  }

  #deliver(data: RawData, isBinary: boolean, events: LinkEvents): void {
    // `ws` gives one Buffer unless told otherwise.
    const bytes = data as Buffer;
    const { messagesPerSecond, packetsPerSecond } = this.#options.limits;
    if (isBinary) {
      if (this.#packets.take()) this.#deliverAudio(bytes, events);
      else this.#complain(this.#packets, { limit: packetsPerSecond, key: "limits.packets_per_second" });
    } else if (this.#messages.take()) this.#deliverText(bytes.toString("utf8"), events);
    else this.#complain(this.#messages, { limit: messagesPerSecond, key: "limits.messages_per_second" });
  }

  /** What the session did not foresee costs one message, not the process that serves all the other devices. */
  #deliverText(text: string, events: LinkEvents): void {
    try {
      events.onText(text);
    } catch (error) {
      this.#log.error({ error, text: text.slice(0, MAX_SHOWN) }, "a message of the device could not be handled");
    }
  }

  /** One line when it begins, and one for each tenfold. */
  #complain({ refused }: Meter, { limit, key }: { limit: number; key: string }): void {
    if (!/^10*$/.test(String(refused))) return;
    this.#log.warn({ limit, dropped: refused }, `the device sends too much: what is beyond ${key} is dropped`);
  }

  #deliverAudio(bytes: Uint8Array, events: LinkEvents): void {
    if (!this.#hasHeard) this.#settleFraming(bytes);
    try {
      const packet = decodeAudioFrame(bytes, this.#framing);
      events.onAudio(packet, audioFrameTime(bytes, this.#framing));
    } catch (error) {
      this.#log.debug({ error }, "audio frame refused");
    }
  }

  /** Gateways of the reference say framing 2 and send bare packets: the first byte that comes tells. */
  #settleFraming(bytes: Uint8Array): void {
    const [first] = bytes;
    if (first === undefined) return;
    this.#hasHeard = true;
    if (this.#framing === 1 || first <= LAST_TYPE) return;
    this.#log.debug({ said: this.#framing }, "the device's audio has no header: framing 1 is used");
    this.#framing = 1;
  }
}
