import { audioFrameTime, decodeAudioFrame, encodeAudioFrame, type FramingVersion } from "../../protocol/audio-frame.ts";
import { UPLINK_AUDIO } from "../../protocol/audio-params.ts";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { copied } from "../../protocol/copied.ts";
import { DEVICE_HEADERS } from "../../protocol/ota.ts";
import { parseToDevice, type ServerHello } from "../../protocol/to-device.ts";
import { parseUrl } from "../io/url.ts";
import { WebSocketConnection } from "../io/web-socket.ts";
import { log, reason } from "../system/log.ts";
import type { Words } from "../system/words.ts";
import { type Channel, type ChannelEvents, features } from "./channel.ts";
import type { MemberNames } from "./member-names.ts";

export interface WebSocketChannelOptions {
  readonly url: string;
  readonly token: string;
  /** Framing of audio, told to the server in header and hello. */
  readonly version: FramingVersion;
  readonly deviceId: string;
  readonly clientId: string;
  /** Of the own authority, for `wss`. */
  readonly authority?: ArrayBuffer | undefined;
  readonly clock: Clock;
  readonly serverCancelsEcho: boolean;
  readonly words: Words;
  /** Of the device's whole run. */
  readonly names: MemberNames;
}

/** Connecting, the upgrade, and then the server's hello may each take so long. */
const OPEN_TIMEOUT_MS = 10_000;

/** After so long without anything from the server it is taken for gone. */
const DEAD_AFTER_MS = 120_000;

/** A conversation over one WebSocket (spec: a new socket each conversation, no ping, no reconnect). */
export class WebSocketChannel implements Channel {
  readonly #options: WebSocketChannelOptions;
  readonly #events: ChannelEvents;
  readonly #socket: WebSocketConnection;
  #cancelTimeout: Cancel;
  #lastIncoming = 0;
  #isOpen = false;
  #isClosed = false;
  #sessionId = "";

  /** @throws UrlError when the URL is not one; Error when it is not that of a WebSocket */
  constructor(options: WebSocketChannelOptions, events: ChannelEvents) {
    this.#options = options;
    this.#events = events;
    const url = parseUrl(options.url);
    if (!url.scheme.startsWith("ws")) throw new Error(`expected a ws:// or wss:// URL, got "${options.url}"`);
    this.#cancelTimeout = options.clock.schedule(OPEN_TIMEOUT_MS, () => this.#end(this.#options.words.unreachable));
    this.#socket = new WebSocketConnection({
      url,
      authority: options.authority,
      headers: this.#headers(),
      clock: options.clock,
      onOpen: () => this.#sendHello(),
      onText: (text) => this.#receive(text),
      onBinary: (bytes) => this.#receiveAudio(bytes),
      onClose: () => this.#end(this.#isOpen ? undefined : this.#options.words.unreachable),
    });
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isClosed && this.#options.clock.now() - this.#lastIncoming <= DEAD_AFTER_MS;
  }

  sendText(text: string): void {
    this.#socket.sendText(text);
  }

  sendAudio(packet: Uint8Array, timestamp: number): void {
    this.#socket.sendBinary(encodeAudioFrame(packet, this.#options.version, timestamp));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimeout();
    this.#socket.close();
  }

  #headers(): [string, string][] {
    const { token, version, deviceId, clientId } = this.#options;
    const headers: [string, string][] = [
      [DEVICE_HEADERS.protocolVersion, String(version)],
      [DEVICE_HEADERS.deviceId, deviceId],
      [DEVICE_HEADERS.clientId, clientId],
    ];
    if (token === "") return headers;
    const authorization = token.includes(" ") ? token : `Bearer ${token}`;
    return [[DEVICE_HEADERS.authorization, authorization], ...headers];
  }

  #sendHello(): void {
    this.#cancelTimeout();
    this.#cancelTimeout = this.#options.clock.schedule(OPEN_TIMEOUT_MS, () => this.#end(this.#options.words.noHello));
    this.#socket.sendText(
      JSON.stringify({
        type: "hello",
        version: this.#options.version,
        features: features(this.#options.serverCancelsEcho),
        transport: "websocket",
        audio_params: copied(UPLINK_AUDIO),
      }),
    );
  }

  #receive(text: string): void {
    this.#lastIncoming = this.#options.clock.now();
    try {
      this.#options.names.check(text);
      const message = parseToDevice(text);
      if (message.type === "unknown") log.info("message ignored", { type: message.wireType });
      else if (message.type === "hello") this.#receiveHello(message);
      else this.#events.onMessage(message);
    } catch (error) {
      log.warn("message refused", { reason: reason(error) });
    }
  }

  #receiveHello(hello: ServerHello): void {
    if (hello.transport !== "websocket") return log.warn("hello refused", { transport: hello.transport });
    if (this.#isOpen) return;
    this.#cancelTimeout();
    this.#isOpen = true;
    const { serverCancelsEcho, version } = this.#options;
    if (serverCancelsEcho && version !== 2) log.warn("the server cancels echo without times", { framing: version });
    this.#sessionId = hello.session_id ?? "";
    this.#events.onOpen();
  }

  #receiveAudio(bytes: Uint8Array): void {
    this.#lastIncoming = this.#options.clock.now();
    try {
      const { version } = this.#options;
      this.#events.onAudio(decodeAudioFrame(bytes, version), audioFrameTime(bytes, version), 0);
    } catch (error) {
      log.warn("audio refused", { reason: reason(error) });
    }
  }

  #end(error: string | undefined): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.onClose(error);
  }
}
