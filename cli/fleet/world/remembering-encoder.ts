import { hash } from "node:crypto";
import {
  type CreateEncoder,
  createEncoder,
  type EncoderOptions,
  type EncoderTuning,
  type OpusEncoder,
} from "../../../host-server/audio/opus.ts";

/** Frames that are remembered, 2 MB; what comes after them is coded each time. */
const MOST_KEPT = 3_000;

/** What an encoder gave for a frame, and what may have followed. */
interface Heard {
  readonly packet: Uint8Array;
  readonly next: Map<string, Heard>;
}

/** A frame, and how it was to be coded. */
type Step = readonly [frame: Int16Array, tuning: EncoderTuning | undefined];

/**
 * Gives encoders that remember: what one was given from its beginning, another one that is given the same need not code again.
 * The packets are those of libopus, to the byte, which goes on by itself where something new comes.
 */
export function rememberingEncoders(): CreateEncoder {
  const beginnings = new Map<string, Map<string, Heard>>();
  let kept = 0;
  const mayKeep = () => {
    if (kept === MOST_KEPT) return false;
    kept++;
    return true;
  };
  return (options) => {
    const key = JSON.stringify(options);
    const beginning = beginnings.get(key) ?? new Map<string, Heard>();
    beginnings.set(key, beginning);
    return new RememberingEncoder(options, beginning, mayKeep);
  };
}

class RememberingEncoder implements OpusEncoder {
  readonly #options: EncoderOptions;
  /** Whether one more frame may be remembered. */
  readonly #mayKeep: () => boolean;
  /** What may follow; undefined behind what is not remembered. */
  #known: Map<string, Heard> | undefined;
  #tuning: EncoderTuning | undefined;
  /** What the encoder would have to be given to go on; nothing once there is one. */
  #steps: Step[] = [];
  #encoder: OpusEncoder | undefined;

  constructor(options: EncoderOptions, known: Map<string, Heard>, mayKeep: () => boolean) {
    this.#options = options;
    this.#known = known;
    this.#mayKeep = mayKeep;
  }

  tune(tuning: EncoderTuning): void {
    this.#tuning = tuning;
  }

  encode(pcm: Int16Array): Uint8Array {
    const known = this.#known;
    if (!known) return this.#encode(pcm);
    const { complexity, bitRate, isMusic } = this.#tuning ?? {};
    const key = `${complexity} ${bitRate} ${isMusic} ${hash("sha1", pcm, "base64")}`;
    const heard = known.get(key);
    this.#known = heard?.next;
    if (!heard) return this.#learn(known, key, this.#encode(pcm));
    if (this.#encoder) this.#encode(pcm);
    else this.#steps.push([pcm, this.#tuning]);
    return heard.packet;
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = undefined;
    this.#steps = [];
  }

  #learn(known: Map<string, Heard>, key: string, packet: Uint8Array): Uint8Array {
    if (!this.#mayKeep()) return packet;
    // A copy of its own: the encoder's lies in a larger piece of memory, all of which it would keep.
    const heard: Heard = { packet: new Uint8Array(packet), next: new Map() };
    known.set(key, heard);
    this.#known = heard.next;
    return heard.packet;
  }

  #encode(pcm: Int16Array): Uint8Array {
    const encoder = this.#encoder ?? this.#catchUp();
    if (this.#tuning) encoder.tune(this.#tuning);
    return encoder.encode(pcm);
  }

  #catchUp(): OpusEncoder {
    const encoder = createEncoder(this.#options);
    for (const [frame, tuning] of this.#steps) {
      if (tuning) encoder.tune(tuning);
      encoder.encode(frame);
    }
    this.#steps = [];
    this.#encoder = encoder;
    return encoder;
  }
}
