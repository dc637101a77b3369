import type { Cancel, Clock } from "../../protocol/clock.ts";

/** ms of sound in one frame. */
export const FRAME_MS = 60;
/** Frames that a device gets ahead of time, so that a late network does not silence it. */
const LEAD_FRAMES = 5;
/** ms from the last frame to the end of speech: what the device still has to play, and a little more. */
const TAIL_MS = (LEAD_FRAMES + 2) * FRAME_MS;

/** Where a track's frames go. */
export interface TrackOutput {
  /** Sends one frame; called when it is due, so that frames nobody will hear are never encoded. */
  sendFrame(frame: Frame): void;
}

/** 60 ms of sound: PCM, or a packet that was made of it before. */
export type Frame = Int16Array | Uint8Array;

/** What a track sends, and what happens between its frames. */
export type TrackItem = { readonly frame: Frame } | { readonly run: () => void };

/** Sends the sound of all turns at the rate at which it is played. One timer serves all of them. */
export class Pacer {
  readonly #clock: Clock;
  readonly #gapMs: number;
  readonly #tracks = new Set<Track>();
  #cancel: Cancel = () => {};
  #wakesAt = Number.POSITIVE_INFINITY;

  /** `gapMs` between any two packets takes the place of the usual pace and its lead; 0: the usual pace. */
  constructor(clock: Clock, gapMs = 0) {
    this.#clock = clock;
    this.#gapMs = gapMs;
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
    if (dueAt === undefined) {
      this.#tracks.delete(track);
      return;
    }
    this.#tracks.add(track);
    this.#wakeAt(dueAt);
  }

  #wakeAt(at: number): void {
    if (at >= this.#wakesAt) return;
    this.#cancel();
    this.#wakesAt = at;
    this.#cancel = this.#clock.schedule(Math.max(0, at - this.#clock.now()), () => this.#run());
  }

  #run(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const due = [...this.#tracks].filter((track) => (track.dueAt ?? Number.POSITIVE_INFINITY) <= now);
    // Who has heard nothing yet comes first: a lead hides a few ms in all other tracks.
    due.sort((a, b) => a.sentFrames - b.sentFrames);
    for (const track of due) track.pump();
    for (const { dueAt } of this.#tracks) if (dueAt !== undefined) this.#wakeAt(dueAt);
  }
}

interface TrackOptions {
  readonly clock: Clock;
  readonly output: TrackOutput;
  readonly plan: (track: Track, dueAt: number | undefined) => void;
  readonly gapMs: number;
}

/** The sound of one turn: frames, and what has to happen between them, in order. */
export class Track {
  readonly #clock: Clock;
  readonly #output: TrackOutput;
  readonly #plan: (track: Track, dueAt: number | undefined) => void;
  readonly #gapMs: number;
  #items: TrackItem[] = [];
  #frames = 0;
  #sent = 0;
  /** When frame 0 would be due without a lead; moves when the sound falls behind by more than the lead. */
  #start = 0;
  #lastFrameAt: number | undefined;
  #whenEnded: (() => void) | undefined;
  #roomWaiters: (() => void)[] = [];
  #heldAt: number | undefined;
  #isClosed = false;

  constructor({ clock, output, plan, gapMs }: TrackOptions) {
    this.#clock = clock;
    this.#output = output;
    this.#plan = plan;
    this.#gapMs = gapMs;
  }

  get sentFrames(): number {
    return this.#sent;
  }

  /** Frames that the device has played by now, as far as time tells; those of a held track when it was held. */
  get playedFrames(): number {
    const played = Math.floor(((this.#heldAt ?? this.#clock.now()) - this.#start) / FRAME_MS);
    return Math.max(0, Math.min(this.#sent, played));
  }

  /** When something is to be sent next; undefined when nothing is. */
  get dueAt(): number | undefined {
    if (this.#isClosed || this.#heldAt !== undefined) return undefined;
    const next = this.#items[0];
    if (next) return "run" in next ? this.#clock.now() : this.#frameDueAt();
    return this.#whenEnded && (this.#lastFrameAt === undefined ? this.#clock.now() : this.#lastFrameAt + TAIL_MS);
  }

  /** Adds one frame. */
  push(frame: Frame): void {
    if (this.#isClosed) return;
    this.#items.push({ frame });
    this.#frames++;
    this.pump();
  }

  /** Has `run` called right after the frames before it were sent. */
  afterFrames(run: () => void): void {
    if (this.#isClosed) return;
    this.#items.push({ run });
    this.pump();
  }

  /** Resolves while less than `ms` of sound waits to be sent, so that nobody speaks minutes ahead. */
  async room(ms: number): Promise<void> {
    while (!this.#isClosed && this.#frames * FRAME_MS > ms) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
    }
  }

  /** Sends nothing until `goOn`. */
  hold(): void {
    this.#heldAt ??= this.#clock.now();
    this.#plan(this, undefined);
  }

  /** Ends the hold, with a full lead: sends `items` before what waits; `from` is the number of their first frame. */
  goOn(from = this.#sent, items: readonly TrackItem[] = []): void {
    if (this.#isClosed || this.#heldAt === undefined) return;
    this.#heldAt = undefined;
    this.#sent = from;
    this.#start = this.#clock.now() - from * FRAME_MS;
    this.#items = [...items, ...this.#items];
    this.#frames += items.filter((item) => "frame" in item).length;
    this.pump();
  }

  /** No sound follows: resolves when the device has played all of it, or when the track is closed. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed) return resolve();
      this.#whenEnded = resolve;
      this.pump();
    });
  }

  /** Drops everything that has not been sent. Nothing is sent afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#items = [];
    this.#frames = 0;
    this.#plan(this, undefined);
    this.#makeRoom();
    this.#whenEnded?.();
  }

  /** Sends what is due and plans the rest. */
  pump(): void {
    for (let due = this.dueAt; due !== undefined && due <= this.#clock.now(); due = this.dueAt) {
      const item = this.#items.shift();
      if (!item) return this.close();
      if ("run" in item) item.run();
      else this.#send(item.frame);
    }
    this.#plan(this, this.dueAt);
  }

  #send(frame: Frame): void {
    const now = this.#clock.now();
    if (this.#sent === 0) this.#start = now;
    // Sound that ran dry for longer than the lead starts over with a full lead, never with a burst of all that is late.
    const behind = now - (this.#start + this.#sent * FRAME_MS);
    if (behind > 0) this.#start += behind;
    this.#sent++;
    this.#frames--;
    this.#lastFrameAt = now;
    this.#output.sendFrame(frame);
    this.#makeRoom();
  }

  #frameDueAt(): number {
    if (this.#sent === 0) return this.#clock.now();
    if (this.#gapMs > 0) return (this.#lastFrameAt ?? 0) + this.#gapMs;
    return this.#start + Math.max(0, this.#sent - LEAD_FRAMES + 1) * FRAME_MS;
  }

  #makeRoom(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const waiter of waiters) waiter();
  }
}
