import { UPLINK_AUDIO } from "../../protocol/audio-params.ts";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { copied } from "../../protocol/copied.ts";
import { frozen } from "../../protocol/frozen.ts";
import type { ServerGoodbye, ServerHello, ToDevice, Tts } from "../../protocol/to-device.ts";
import { readUdpSession, UDP_HELLO_VERSION, type UdpSession } from "../../protocol/udp-session.ts";
import { log, reason } from "../system/log.ts";
import type { Words } from "../system/words.ts";
import { type Channel, type ChannelEvents, features } from "./channel.ts";
import type { MqttControl } from "./mqtt-control.ts";
import { SoundWatch } from "./sound-watch.ts";
import { UdpAudio } from "./udp-audio.ts";

export interface MqttUdpChannelOptions {
  readonly control: MqttControl;
  readonly clock: Clock;
  readonly serverCancelsEcho: boolean;
  readonly words: Words;
}

/** The connection, when it is not there yet, and then the server's hello may each take so long. */
const OPEN_TIMEOUT_MS = 10_000;

/** After so long without anything from the server it is taken for gone. */
const DEAD_AFTER_MS = 120_000;

/** An Opus packet of 60 ms in which nothing was coded: silence (RFC 6716 §3.1, code 0 without a frame). */
const SILENCE = frozen([0x58]);

/**
 * A conversation whose messages go over MQTT and whose audio goes over UDP. It ends without the MQTT connection, which
 * stays for the next one.
 */
export class MqttUdpChannel implements Channel {
  readonly #options: MqttUdpChannelOptions;
  readonly #events: ChannelEvents;
  readonly #watch: SoundWatch;
  readonly #user = {
    onConnected: () => this.#sendHello(),
    onMessage: (message: ToDevice) => this.#receive(message),
    onLost: () => this.#end(this.#isOpen ? undefined : this.#options.words.unreachable),
  };
  #cancelTimeout: Cancel;
  #audio: UdpAudio | undefined;
  #isOpen = false;
  #isClosed = false;
  /** Whether the server knows of this conversation: it gets a goodbye. */
  #isKnown = false;
  #sessionId = "";

  constructor(options: MqttUdpChannelOptions, events: ChannelEvents) {
    this.#options = options;
    this.#events = events;
    const { clock, control } = options;
    this.#watch = new SoundWatch(clock, () => this.#giveUpSound());
    this.#cancelTimeout = clock.schedule(OPEN_TIMEOUT_MS, () => this.#end(this.#options.words.unreachable));
    control.attach(this.#user);
    if (control.isConnected) this.#sendHello();
    // Whoever opens a channel has not got it yet when this returns: failures come later.
    else clock.schedule(0, () => this.#isClosed || control.connect());
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  get isOpen(): boolean {
    if (!this.#isOpen || this.#isClosed) return false;
    const { control, clock } = this.#options;
    const lastIncoming = Math.max(control.lastIncoming, this.#audio?.lastIncoming ?? 0);
    return clock.now() - lastIncoming <= DEAD_AFTER_MS;
  }

  sendText(text: string): void {
    if (!this.#isClosed) this.#options.control.publish(text);
  }

  sendAudio(packet: Uint8Array, timestamp: number): void {
    if (this.#isOpen && !this.#isClosed) this.#audio?.send(packet, timestamp);
  }

  close(): void {
    if (this.#isClosed) return;
    const isKnown = this.#isKnown;
    this.#release();
    if (isKnown && this.#options.control.isConnected) this.#tell("goodbye");
  }

  #release(): void {
    this.#isClosed = true;
    this.#cancelTimeout();
    this.#watch.stop();
    this.#audio?.close();
    this.#options.control.detach(this.#user);
  }

  #tell(type: "goodbye" | "udp_timeout"): void {
    this.#options.control.publish(JSON.stringify({ session_id: this.#sessionId, type }));
  }

  #sendHello(): void {
    const { clock, control, serverCancelsEcho } = this.#options;
    this.#cancelTimeout();
    this.#cancelTimeout = clock.schedule(OPEN_TIMEOUT_MS, () => {
      this.#end(this.#options.words.noHello);
      control.renew();
    });
    control.publish(
      JSON.stringify({
        type: "hello",
        version: UDP_HELLO_VERSION,
        transport: "udp",
        features: features(serverCancelsEcho),
        audio_params: copied(UPLINK_AUDIO),
      }),
    );
  }

  #receive(message: ToDevice): void {
    if (message.type === "hello") return this.#receiveHello(message);
    if (message.type === "goodbye") return this.#receiveGoodbye(message);
    if (message.type === "tts") this.#spoken(message);
    this.#events.onMessage(message);
  }

  #receiveHello(hello: ServerHello): void {
    if (this.#audio) return;
    let session: UdpSession;
    try {
      session = readUdpSession(hello);
    } catch (error) {
      return log.warn("hello refused", { reason: reason(error) });
    }
    this.#isKnown = true;
    this.#sessionId = hello.session_id ?? "";
    this.#audio = new UdpAudio({
      session,
      clock: this.#options.clock,
      onOpen: () => this.#opened(),
      onPacket: (packet, timestamp, lost) => this.#hear(packet, timestamp, lost),
      onError: (why) => {
        log.warn("no way for audio", { reason: why });
        this.#end(this.#options.words.unreachable);
      },
    });
  }

  #opened(): void {
    this.#cancelTimeout();
    this.#isOpen = true;
    this.#showAddress();
    this.#events.onOpen();
  }

  /** The server learns from a packet where to send its own. */
  #showAddress(): void {
    this.#audio?.send(Uint8Array.from(SILENCE), 0);
  }

  #spoken(tts: Tts): void {
    this.#watch.told(tts);
    // The first packet may have been lost, and with it all that the server has to say.
    if (tts.state === "start" && this.#isOpen && this.#audio?.lastIncoming === 0) this.#showAddress();
  }

  #hear(packet: Uint8Array, timestamp: number, lost: number): void {
    if (this.#isClosed) return;
    this.#watch.arrived();
    this.#events.onAudio(packet, timestamp, lost);
  }

  /** Servers also say goodbye to sessions that are over, and to none: only this one's counts. */
  #receiveGoodbye({ session_id }: ServerGoodbye): void {
    if (!this.#isKnown || session_id !== this.#sessionId) {
      return log.info("goodbye of another session ignored", { session: session_id });
    }
    this.#isKnown = false;
    this.#end(undefined);
  }

  /** The server is told, so that it ends the session; the next one has another socket. */
  #giveUpSound(): void {
    log.warn("no audio arrives");
    this.#tell("udp_timeout");
    this.#isKnown = false;
    this.#end(this.#options.words.noSound);
  }

  #end(error: string | undefined): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.onClose(error);
  }
}
