import type { Clock } from "../../../protocol/clock.ts";
import type { OpenAudio } from "../mqtt/audio-carrier.ts";
import type { DatagramOrigin } from "../mqtt/audio-claim.ts";
import { type AudioIdentity, AudioPort } from "../mqtt/audio-port.ts";
import { FrameBatch, readBatch } from "./frame-batch.ts";
import type { FromThread, Soon, ToThread } from "./messages.ts";

/** How often it is told how many datagrams belonged to nobody, ms: their senders must not set the pace. */
const STRAYS_MS = 500;
const NO_AUDIO = new Uint8Array(0);

export interface AudioThreadOptions {
  readonly clock: Clock;
  readonly soon: Soon;
  /** Tells whoever has the sessions. */
  readonly post: (message: FromThread) => void;
}

/** Carries the audio of some sessions in a thread of its own; the sessions themselves are elsewhere. */
export class AudioThread {
  readonly #options: AudioThreadOptions;
  readonly #port: AudioPort;
  readonly #paths = new Map<number, OpenAudio>();
  readonly #batch = new FrameBatch();
  /** Session of a packet that has come, as long as no frame of it tells that. */
  #active: number | undefined;
  #toldStrays = 0;
  #isTellingStrays = false;

  constructor(options: AudioThreadOptions) {
    this.#options = options;
    this.#port = new AudioPort(options.clock);
  }

  /** Takes a message of whoever has the sessions. */
  take(message: Exclude<ToThread, { type: "bind" }>): void {
    if (message instanceof Uint8Array) {
      readBatch(message, (ssrc, timestamp, audio) => this.#paths.get(ssrc)?.path.send(audio, timestamp));
    } else if (message.type === "open") this.#open(message);
    else {
      this.#paths.get(message.ssrc)?.close();
      this.#paths.delete(message.ssrc);
    }
  }

  /** Takes one datagram, whatever it is. */
  receive(datagram: Uint8Array, from: DatagramOrigin): void {
    this.#port.receive(datagram, from);
    if (this.#active !== undefined) this.#add(this.#active, 0, NO_AUDIO);
    if (this.#port.strayCount !== this.#toldStrays) this.#tellStrays();
  }

  #open({ ssrc, key }: AudioIdentity): void {
    const onAudio = (packet: Uint8Array, timestamp: number) => this.#add(ssrc, timestamp, packet);
    const onActivity = () => {
      this.#active = ssrc;
    };
    this.#paths.set(ssrc, this.#port.open({ onAudio, onActivity }, { ssrc, key }));
  }

  #add(ssrc: number, timestamp: number, audio: Uint8Array): void {
    this.#active = undefined;
    const isFirst = this.#batch.isEmpty;
    this.#batch.add(ssrc, timestamp, audio);
    if (isFirst) this.#options.soon(() => this.#options.post(this.#batch.take()));
  }

  #tellStrays(): void {
    if (this.#isTellingStrays) return;
    this.#isTellingStrays = true;
    this.#options.clock.schedule(STRAYS_MS, () => {
      this.#isTellingStrays = false;
      this.#toldStrays = this.#port.strayCount;
      this.#options.post({ type: "strays", count: this.#toldStrays });
    });
  }
}
