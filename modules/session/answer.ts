import type { Clock } from "../../protocol/clock.ts";
import type { Speaker } from "../audio/speaker.ts";
import { log } from "../system/log.ts";
import { EarlyAudio, type HeardPacket } from "./early-audio.ts";
import { EchoTimes } from "./echo-times.ts";

/** A server that has not ended its answer so long after an abort does not react. */
const ABORT_REACTION_MS = 2000;

/** The sound of what the server says, from its packets to the speaker. */
export class Answer {
  readonly #clock: Clock;
  readonly #speaker: Speaker;
  readonly #early: EarlyAudio;
  readonly #echoTimes = new EchoTimes();
  #isMuted = false;
  /** ms of the clock. */
  #mutedAt = 0;

  constructor(clock: Clock, speaker: Speaker) {
    this.#clock = clock;
    this.#speaker = speaker;
    this.#early = new EarlyAudio(clock);
  }

  /** After an abort the rest of the answer is on its way; it is not heard until `unmute` or another answer. */
  get isMuted(): boolean {
    return this.#isMuted;
  }

  /** The server has been told of the abort long ago, and has not ended its answer. */
  get isAbortIgnored(): boolean {
    return this.#isMuted && this.#clock.now() - this.#mutedAt >= ABORT_REACTION_MS;
  }

  /** For an abort: falls silent at once, and stays so. */
  mute(): void {
    this.#isMuted = true;
    this.#mutedAt = this.#clock.now();
    this.silence();
  }

  unmute(): void {
    this.#isMuted = false;
  }

  /** A packet from the server, with its time; one that came before its answer is kept for a moment. */
  hear(heard: HeardPacket, isSpeaking: boolean): void {
    if (this.#isMuted) return;
    if (isSpeaking) this.#speaker.play(heard.packet, heard.timestamp, heard.lost);
    else this.#early.hold(heard);
  }

  begin(): void {
    this.#isMuted = false;
    this.silence();
    for (const { packet, timestamp, lost } of this.#early.take()) this.#speaker.play(packet, timestamp, lost);
  }

  /** All of it has come; the rest is played out. */
  complete(): void {
    this.#speaker.complete();
    log.info("answer received", { ...this.#speaker.takeCounts() });
  }

  /** Falls silent at once. */
  silence(): void {
    this.#speaker.flush();
    this.#echoTimes.clear();
  }

  /** Another conversation begins: nothing of the former one is heard in it. */
  reset(): void {
    this.#isMuted = false;
    this.#early.take();
  }

  /** The speaker has played a packet with this time of the server. */
  played(timestamp: number): void {
    this.#echoTimes.played(timestamp);
  }

  /** For the next packet up: when the server sent what was being played; 0 when that is not known. */
  takeEchoTime(): number {
    return this.#echoTimes.take();
  }

  forgetEchoTimes(): void {
    this.#echoTimes.clear();
  }
}
