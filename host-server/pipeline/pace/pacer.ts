import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { type CreateEncoder, createEncoder } from "../../audio/opus.ts";
import { Effort } from "./effort.ts";
import { Track, type TrackOutput } from "./track.ts";

/** Frames that are due within so many ms are sent together: one wake-up of the process for several devices. */
const TOGETHER_MS = 3;
/** ms after which frames that have time leave the rest to new questions and answers; more when those took longer before. */
const SLICE_MS = 4;
/** ms after which all others do, too: whoever interrupts must be heard. */
const LONG_SLICE_MS = 40;
/** ms of encoding ahead, after which whatever comes in has its turn. */
const AHEAD_SLICE_MS = 2;
/** A device that would fall silent within so many ms has no time: nothing new is worth a gap in what is being heard. */
const URGENT_MS = 120;

/** Sends the sound of all turns at the rate at which it is played. One timer serves all of them. */
export class Pacer {
  readonly #clock: Clock;
  readonly #gapMs: number;
  readonly #tracks = new Set<Track>();
  /** How carefully the sound of all turns is encoded. */
  readonly effort: Effort;
  /** What encodes it. */
  readonly createEncoder: CreateEncoder;
  #cancel: Cancel = () => {};
  #wakesAt = Number.POSITIVE_INFINITY;
  /** As it was when it was set: what is due at once is not late by itself. */
  #wakesAfter = 0;
  /** Whose next frame has not been encoded yet. */
  readonly #uncoded = new Set<Track>();
  #isEncodingAhead = false;

  /** `gapMs` between any two packets takes the place of the usual pace and its lead; 0: the usual pace. */
  constructor(clock: Clock, gapMs = 0, encoders: CreateEncoder = createEncoder) {
    this.#clock = clock;
    this.createEncoder = encoders;
    this.#gapMs = gapMs;
    this.effort = new Effort(clock, () => this.#tracks.size);
  }

  /** Tracks that have something to send. */
  get activeTracks(): number {
    return this.#tracks.size;
  }

  /** Begins the sound of one turn. */
  open(output: TrackOutput): Track {
    const plan = (track: Track, dueAt: number | undefined) => this.#plan(track, dueAt);
    return new Track({ clock: this.#clock, output, plan, gapMs: this.#gapMs });
  }

  #plan(track: Track, dueAt: number | undefined): void {
    track.plannedAt = dueAt ?? Number.POSITIVE_INFINITY;
    if (dueAt === undefined) {
      this.#tracks.delete(track);
      this.#uncoded.delete(track);
      return;
    }
    this.#tracks.add(track);
    this.#wakeAt(dueAt);
    if (!track.canEncodeAhead) return;
    this.#uncoded.add(track);
    this.#encodeAheadSoon();
  }

  #encodeAheadSoon(): void {
    if (this.#isEncodingAhead) return;
    this.#isEncodingAhead = true;
    this.#clock.schedule(0, () => this.#encodeAhead());
  }

  /**
   * What a device gets next is made while nothing is due, so that many frames due at once take no longer than sending them. One
   * frame of each answer at most: of what is interrupted no more is encoded in vain.
   */
  #encodeAhead(): void {
    this.#isEncodingAhead = false;
    const from = this.#clock.now();
    for (const track of this.#uncoded) {
      const now = this.#clock.now();
      if (now - from >= AHEAD_SLICE_MS || now >= this.#wakesAt) return this.#encodeAheadSoon();
      this.#uncoded.delete(track);
      track.encodeAhead();
    }
  }

  #wakeAt(at: number): void {
    if (at >= this.#wakesAt) return;
    this.#cancel();
    const now = this.#clock.now();
    this.#wakesAt = at;
    this.#wakesAfter = Math.max(at, now);
    this.#cancel = this.#clock.schedule(this.#wakesAfter - now, () => this.#run());
  }

  #run(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const late = now - this.#wakesAfter;
    this.effort.late(late);
    // Half of the time at least: whoever is heard already must not pay for many that ask at once.
    const slice = Math.min(LONG_SLICE_MS, Math.max(SLICE_MS, late));
    const isDue = ({ plannedAt }: Track) => plannedAt <= now + TOGETHER_MS;
    let due: Track[] = [];
    for (const track of this.#tracks) if (isDue(track)) due.push(track);
    while (due.length > 0) {
      // Whose sound runs dry first comes first, and before all others who has heard nothing yet.
      due.sort((a, b) => a.drySinceOrAt - b.drySinceOrAt);
      if (!this.#sendOneEach(due, now, slice)) break;
      due = due.filter(isDue);
    }
    let next = Number.POSITIVE_INFINITY;
    for (const { plannedAt } of this.#tracks) next = Math.min(next, plannedAt);
    this.#wakeAt(next);
  }

  /** Whether there was time for all. `slice` ms are for those that are heard; what a new answer has ahead of time may wait. */
  #sendOneEach(tracks: readonly Track[], from: number, slice: number): boolean {
    let isDone = true;
    for (const track of tracks) {
      const now = this.#clock.now();
      const isUrgent = track.drySinceOrAt <= now + URGENT_MS;
      const limit = isUrgent ? LONG_SLICE_MS : track.hasLead ? slice : SLICE_MS;
      if (now - from < limit) track.sendNext(from + TOGETHER_MS);
      else isDone = false;
    }
    return isDone;
  }
}
