import type { Clock } from "../../../protocol/clock.ts";
import { FRAME_MS } from "../frame.ts";

/** Frames that a device gets ahead of time, so that a late network does not silence it. */
const LEAD_FRAMES = 5;
/** ms from the last frame to the end of speech: what the device still has to play, and a little more. */
const TAIL_MS = (LEAD_FRAMES + 2) * FRAME_MS;

/** Where a track's frames go. */
export interface TrackOutput {
  /** The packet for one frame; undefined when it has none, and the frame is left out. */
  encode(pcm: Int16Array): Uint8Array | undefined;
  /** Sends one packet; called when it is due. */
  send(packet: Uint8Array): void;
}

/** 60 ms of sound: PCM, or a packet that was made of it before. */
export type Frame = Int16Array | Uint8Array;

/** What a track sends, and what happens between its frames. */
export type TrackItem = { readonly frame: Frame } | { readonly run: () => void };

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
  /** The pacer's: when it will look at this track. */
  plannedAt = Number.POSITIVE_INFINITY;
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

  /** Whether the device has got all that it gets ahead of time: from here on frames come at the pace of sound. */
  get hasLead(): boolean {
    return this.#sent >= LEAD_FRAMES;
  }

  /** Frames that the device has played by now, as far as time tells; those of a held track when it was held. */
  get playedFrames(): number {
    const played = Math.floor(((this.#heldAt ?? this.#clock.now()) - this.#start) / FRAME_MS);
    return Math.max(0, Math.min(this.#sent, played));
  }

  /** When the device has played all that it was sent; long ago for one that was sent nothing. */
  get drySinceOrAt(): number {
    return this.#sent === 0 ? Number.NEGATIVE_INFINITY : this.#start + this.#sent * FRAME_MS;
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
    // The first frame of an answer is what everybody waits for; the next ones take their turn.
    if (this.#sent === 0) this.sendNext(this.#clock.now());
    else this.#plan(this, this.dueAt);
  }

  /** Has `run` called right after the frames before it were sent. */
  afterFrames(run: () => void): void {
    if (this.#isClosed) return;
    this.#items.push({ run });
    this.#runWhatIsNext();
    this.#plan(this, this.dueAt);
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
    this.sendNext(this.#clock.now());
  }

  /** No sound follows: resolves when the device has played all of it, or when the track is closed. */
  finish(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed) return resolve();
      this.#whenEnded = resolve;
      this.sendNext(this.#clock.now());
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

  /** Whether the frame that is sent next waits for its time, and for being encoded. */
  get canEncodeAhead(): boolean {
    return this.hasLead && this.#nextPcm !== undefined;
  }

  /** Encodes the frame that is sent next, if that was not done. */
  encodeAhead(): void {
    const pcm = this.#nextPcm;
    if (!pcm) return;
    const packet = this.#output.encode(pcm);
    if (packet) this.#items[0] = { frame: packet };
    else this.#leaveOut();
  }

  get #nextPcm(): Int16Array | undefined {
    const next = this.#items[0];
    return next && "frame" in next && next.frame instanceof Int16Array ? next.frame : undefined;
  }

  #leaveOut(): void {
    this.#items.shift();
    this.#frames--;
    this.#makeRoom();
  }

  /** Sends one frame if it is due by `time`, with what happens before and after it, and plans the next. */
  sendNext(time: number): void {
    this.#runWhatIsNext();
    const due = this.dueAt;
    if (due !== undefined && due <= time) {
      if (this.#items.length === 0) return this.close();
      this.encodeAhead();
      const [item] = this.#items;
      if (item && "frame" in item && item.frame instanceof Uint8Array) {
        this.#items.shift();
        this.#send(item.frame);
      }
      this.#runWhatIsNext();
    }
    this.#plan(this, this.dueAt);
  }

  #runWhatIsNext(): void {
    if (this.#heldAt !== undefined) return;
    for (let item = this.#items[0]; item && "run" in item; item = this.#items[0]) {
      this.#items.shift();
      item.run();
      if (this.#heldAt !== undefined) return;
    }
  }

  #send(packet: Uint8Array): void {
    const now = this.#clock.now();
    if (this.#sent === 0) this.#start = now;
    // Sound that ran dry for longer than the lead starts over with a full lead, never with a burst of all that is late.
    const behind = now - (this.#start + this.#sent * FRAME_MS);
    if (behind > 0) this.#start += behind;
    this.#sent++;
    this.#frames--;
    this.#lastFrameAt = now;
    this.#output.send(packet);
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
