import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { OggOpusReader } from "../../../protocol/ogg/ogg-opus.ts";
import { log, reason } from "../../system/log.ts";
import type { Speaker } from "../speaker.ts";
import type { PromptFile, PromptName } from "./prompt-file.ts";

export interface PromptsParts {
  readonly clock: Clock;
  readonly speaker: Pick<Speaker, "play" | "complete" | "flush" | "chime" | "waiting" | "isDrained">;
  /** Undefined for a prompt that the build does not have. */
  readonly find: (name: PromptName) => PromptFile | undefined;
  /** The speaker is nobody else's: no conversation is going on. */
  readonly isFree: () => boolean;
  /** False where the user wants none. */
  readonly isWanted: () => boolean;
}

/** The speaker's buffer is filled again so often. */
const STEP_MS = 100;

/** Half of what the speaker's buffer holds. */
const MAX_WAITING_PACKETS = 20;

const PIECE_BYTES = 1024;

/** A code of eight digits and what introduces it; more would come minutes late. */
const MAX_QUEUED = 10;

/** What the device says of itself, from flash, one after the other. A conversation ends it. */
export class Prompts {
  readonly #parts: PromptsParts;
  #queue: PromptName[] = [];
  #file: PromptFile | undefined;
  #reader = new OggOpusReader();
  /** Bytes of the file that were read. */
  #at = 0;
  /** The speaker has got something that may still be heard. */
  #hasGiven = false;
  #cancelStep: Cancel | undefined;

  constructor(parts: PromptsParts) {
    this.#parts = parts;
  }

  /** Says these after what is being said. In a conversation a chime stands for them. */
  play(...names: readonly PromptName[]): void {
    const { clock, speaker, find, isFree, isWanted } = this.#parts;
    if (!isWanted()) return;
    const known = names.filter((name) => find(name) !== undefined);
    if (known.length === 0) return;
    if (!isFree()) return speaker.chime();
    this.#queue = [...this.#queue, ...known].slice(0, MAX_QUEUED);
    this.#cancelStep ??= clock.schedule(0, () => this.#step());
  }

  /** Falls silent at once, and forgets what was to be said. */
  stop(): void {
    const { speaker } = this.#parts;
    this.#queue = [];
    this.#file = undefined;
    this.#cancelStep?.();
    this.#cancelStep = undefined;
    if (this.#hasGiven && !speaker.isDrained) speaker.flush();
    this.#hasGiven = false;
  }

  #step(): void {
    const { clock } = this.#parts;
    this.#cancelStep = undefined;
    if (!this.#fill()) this.#cancelStep = clock.schedule(STEP_MS, () => this.#step());
  }

  /** Gives the speaker what fits; true when that was the end. */
  #fill(): boolean {
    const { speaker } = this.#parts;
    // The end of an answer is played out first.
    if (!this.#hasGiven && !speaker.isDrained) return false;
    while (speaker.waiting < MAX_WAITING_PACKETS) {
      const packet = this.#next();
      if (!packet) {
        speaker.complete();
        return true;
      }
      this.#hasGiven = true;
      speaker.play(packet, 0);
    }
    return false;
  }

  /** Undefined when everything has been said. */
  #next(): Uint8Array | undefined {
    for (;;) {
      const packet = this.#file && this.#nextOf(this.#file);
      if (packet) return packet;
      const name = this.#queue.shift();
      if (name === undefined) return undefined;
      this.#file = this.#parts.find(name);
      this.#reader = new OggOpusReader();
      this.#at = 0;
    }
  }

  /** Undefined at the end of the file; what follows damage is left out. */
  #nextOf(file: PromptFile): Uint8Array | undefined {
    try {
      for (;;) {
        const packet = this.#reader.next();
        if (packet) return packet;
        const byteLength = Math.min(PIECE_BYTES, file.byteLength - this.#at);
        if (byteLength === 0) break;
        this.#reader.push(new Uint8Array(file, this.#at, byteLength));
        this.#at += byteLength;
      }
    } catch (error) {
      log.warn("prompt is damaged", { reason: reason(error) });
    }
    this.#file = undefined;
    return undefined;
  }
}
