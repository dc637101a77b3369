import { audioFrameTime, decodeAudioFrame, encodeAudioFrame, type FramingVersion } from "../../protocol/audio-frame.ts";
import type { Clock } from "../../protocol/clock.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { tellFault } from "../faults/contained.ts";
import type { Log } from "../log.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "../session/link.ts";
import type { DeviceSocket, SocketEvents } from "./device-socket.ts";
import { Meter, type Rate } from "./meter.ts";

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
  /** Longest message; a longer one ends the connection with code 1009. */
  readonly messageBytes: number;
  /** Bytes that may wait for a device that does not read. */
  readonly unreadBytes: number;
}

/** What the links of one port share. */
export interface LinkPort {
  readonly limits: LinkLimits;
  readonly messages: Rate;
  readonly packets: Rate;
  readonly clock: Clock;
  readonly log: Log;
}

/** What links with these limits share. */
export function linkPort({ limits, clock, log }: Pick<LinkPort, "limits" | "clock" | "log">): LinkPort {
  const messages = { perSecond: limits.messagesPerSecond, burstSeconds: MESSAGE_BURST_SECONDS };
  const packets = { perSecond: limits.packetsPerSecond, burstSeconds: PACKET_BURST_SECONDS };
  return { limits, messages, packets, clock, log };
}

export interface WebSocketLinkOptions {
  readonly device: DeviceIdentity;
  /** What the device says that its binary frames are. */
  readonly framing: FramingVersion;
  readonly port: LinkPort;
}

/** A device on a WebSocket: text frames are messages, binary frames are Opus packets. */
export class WebSocketLink implements DeviceLink, SocketEvents {
  readonly device: DeviceIdentity;
  readonly #socket: DeviceSocket;
  readonly #port: LinkPort;
  /** Made when there is something to count. */
  #messages: Meter | undefined;
  #packets: Meter | undefined;
  #framing: FramingVersion;
  #hasHeard = false;
  #events: LinkEvents | undefined;

  constructor(socket: DeviceSocket, { device, framing, port }: WebSocketLinkOptions) {
    this.#socket = socket;
    this.#port = port;
    this.device = device;
    this.#framing = framing;
  }

  get transport(): string {
    return "websocket";
  }

  /** Made when there is something to say: most devices never give cause, and each logger takes memory. */
  get #log(): Log {
    return this.#port.log.child({ device: this.device.deviceId });
  }

  attach(events: LinkEvents): void {
    this.#events = events;
    this.#socket.events = this;
  }

  sendText(text: string): void {
    if (this.#canSend()) this.#socket.send(text);
  }

  sendAudio(packet: Uint8Array, timestamp = Math.floor(this.#port.clock.now()) >>> 0): void {
    if (this.#canSend()) this.#socket.send(encodeAudioFrame(packet, this.#framing, timestamp));
  }

  close(): void {
    this.#socket.close(CLOSE_NORMAL);
  }

  /** A device that reads nothing is gone; what waits for it must not fill the server's memory. */
  #canSend(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    const { unreadBytes } = this.#port.limits;
    if (this.#socket.bufferedAmount <= unreadBytes) return true;
    const bytes = this.#socket.bufferedAmount;
    this.#log.warn({ bytes, limit: unreadBytes }, "connection ended: the device does not read (limits.unread_bytes)");
    this.#socket.terminate();
    return false;
  }

  onMessage(bytes: Buffer, isBinary: boolean): void {
    if (isBinary) this.#takePacket(bytes);
    else this.#takeMessage(bytes);
  }

  onBreak(error: Error & { code?: string }): void {
    logBreak(error, this.device.deviceId, this.#port);
  }

  onClose(): void {
    try {
      this.#events?.onClose();
    } catch (error) {
      tellFault(this.#log, { at: "websocket" }, error);
    }
  }

  #takePacket(bytes: Buffer): void {
    const { clock, packets, limits } = this.#port;
    this.#packets ??= new Meter(clock, packets);
    if (this.#packets.take()) this.#deliverAudio(bytes);
    else this.#complain(this.#packets, { limit: limits.packetsPerSecond, key: "limits.packets_per_second" });
  }

  #takeMessage(bytes: Buffer): void {
    const { clock, messages, limits } = this.#port;
    this.#messages ??= new Meter(clock, messages);
    if (this.#messages.take()) this.#deliverText(bytes.toString("utf8"));
    else this.#complain(this.#messages, { limit: limits.messagesPerSecond, key: "limits.messages_per_second" });
  }

  /** One line when it begins, and one for each tenfold. */
  #complain({ refused }: Meter, { limit, key }: { limit: number; key: string }): void {
    if (!/^10*$/.test(String(refused))) return;
    this.#log.warn({ limit, dropped: refused }, `the device sends too much: what is beyond ${key} is dropped`);
  }

  /** What the session did not foresee costs one message, not the process that serves all the other devices. */
  #deliverText(text: string): void {
    try {
      this.#events?.onText(text);
    } catch (error) {
      this.#log.error({ error, text: text.slice(0, MAX_SHOWN) }, "a message of the device could not be handled");
    }
  }

  #deliverAudio(bytes: Uint8Array): void {
    if (!this.#hasHeard) this.#settleFraming(bytes);
    try {
      const packet = decodeAudioFrame(bytes, this.#framing);
      this.#events?.onAudio(packet, audioFrameTime(bytes, this.#framing));
    } catch (error) {
      if (error instanceof ProtocolError) this.#log.debug({ error }, "audio frame refused");
      else tellFault(this.#log, { at: "websocket" }, error);
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

/** A WebSocket of this device broke. */
export function logBreak(error: Error & { code?: string }, device: string | undefined, port: LinkPort): void {
  if (error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") {
    const { messageBytes: limit } = port.limits;
    port.log.warn({ device, limit }, "connection ended: a message is too long (limits.message_bytes)");
  } else port.log.debug({ device, error }, "WebSocket broke");
}
