import type { Cancel } from "../../protocol/clock.ts";
import type { ListenMode } from "../../protocol/to-server.ts";
import { createDecoder, type OpusDecoder } from "../audio/opus.ts";
import type { Outlook } from "../intent/outlook.ts";
import type { TurnEnd } from "../providers/turn-end.ts";
import { Endpointer } from "./endpointer.ts";
import { Utterance } from "./utterance.ts";
import { TurnWatch } from "./voice/turn-watch.ts";
import { type Answer, VoiceProbe, type VoiceProbeOptions } from "./voice/voice-probe.ts";

const SAMPLE_RATE = 16_000;
/** Packets that may wait for the voice detector: a minute of them. A device that floods us loses the rest. */
const MAX_WAITING = 1_000;
/** Sound kept for a device that says stop before anything was taken for speech. */
const KEPT_FRAMES = 10;
const VOICE_THRESHOLD = 0.5;
/** ms without a packet after which an utterance is over: the device has stopped listening, or the network has. */
const DRY_MS = 2_000;

/** What an ear needs, and whom it tells. */
export interface EarOptions extends Omit<VoiceProbeOptions, "onDeaf"> {
  /** Takes out what the device itself was saying meanwhile. */
  readonly clean?: (pcm: Int16Array, timestamp: number) => Int16Array;
  /** Whether somebody would fall silent for a voice, so that the first frame of it counts. */
  readonly isEager?: () => boolean;
  /** Somebody began to speak. */
  readonly onUtterance: (utterance: Utterance) => void;
  /** There was voice in a frame (in manual mode: any frame). */
  readonly onVoice: () => void;
  /** Tells by how somebody sounds whether they have finished, where a model for that is installed. */
  readonly turnEnd?: TurnEnd | undefined;
  /** The voice detector has failed for good; what was heard of an utterance until then is all of it. */
  readonly onDeaf: () => void;
}

type Input = { packet: Uint8Array; timestamp: number } | { start: ListenMode } | "stop" | "clear" | "dry";

/** Listens to one device: Opus packets in, utterances out. Everything happens in the order in which it came. */
export class Ear {
  readonly #options: EarOptions;
  readonly #inputs: Input[] = [];
  readonly #endpointer = new Endpointer();
  #decoder: OpusDecoder | undefined;
  readonly #probe: VoiceProbe;
  readonly #watch: TurnWatch | undefined;
  #mode: ListenMode = "auto";
  /** In manual mode frames count only between the device's start and stop. */
  #isHeld = false;
  #recent: Int16Array[] = [];
  #utterance: Utterance | undefined;
  #packetAt = 0;
  #cancelDryness: Cancel = () => {};
  #refused = 0;
  #isTaking = false;
  #isClosed = false;

  constructor(options: EarOptions) {
    this.#options = options;
    this.#probe = new VoiceProbe({ ...options, onDeaf: () => this.#goDeaf() });
    this.#watch = options.turnEnd && new TurnWatch(options.turnEnd, (error) => this.#complain(error));
  }

  /** Packets that were no Opus or came too fast, so far. */
  get refusedPackets(): number {
    return this.#refused;
  }

  /** Starts over in this mode; what was heard before is forgotten. */
  start(mode: ListenMode): void {
    this.#put({ start: mode });
  }

  /** Takes one Opus packet; `timestamp` is that of what the device was playing, 0 for nothing. */
  accept(packet: Uint8Array, timestamp = 0): void {
    this.#packetAt = this.#options.clock.now();
    if (this.#inputs.length < MAX_WAITING) this.#put({ packet, timestamp });
    else this.#refused++;
  }

  /** The user has finished: what was heard so far is the utterance. */
  stop(): void {
    this.#put("stop");
  }

  /** Forgets what was heard so far. */
  clear(): void {
    this.#put("clear");
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelDryness();
    this.#inputs.length = 0;
    this.#utterance?.discard();
    this.#probe.close();
    this.#decoder?.close();
  }

  #put(input: Input): void {
    if (this.#isClosed) return;
    this.#inputs.push(input);
    if (!this.#isTaking) this.#takeAll();
  }

  /** Takes what waits, one after the other, and at once: only a detector that needs time makes the next one wait. */
  #takeAll(): void {
    this.#isTaking = true;
    for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) {
      try {
        const taking = this.#take(input);
        if (!taking) continue;
        taking.catch((error: unknown) => this.#complain(error)).then(() => this.#takeAll());
        return;
      } catch (error) {
        this.#complain(error);
      }
    }
    this.#isTaking = false;
  }

  #complain(error: unknown): void {
    if (!this.#isClosed) this.#options.onError(error);
  }

  #take(input: Input): Promise<void> | undefined {
    if (typeof input === "object" && "packet" in input) return this.#hear(input.packet, input.timestamp);
    if (input === "stop") this.#stop();
    else if (input === "clear") this.#forget();
    else if (input === "dry") this.#runDry();
    else {
      this.#forget();
      this.#mode = input.start;
      this.#isHeld = true;
    }
    return undefined;
  }

  #hear(packet: Uint8Array, timestamp: number): Promise<void> | undefined {
    const heard = this.#decode(packet);
    if (!heard) return undefined;
    const pcm = this.#options.clean?.(heard, timestamp) ?? heard;
    if (this.#mode !== "manual") return this.#examine(pcm);
    this.#hold(pcm);
    return undefined;
  }

  #decode(packet: Uint8Array): Int16Array | undefined {
    this.#decoder ??= createDecoder({ sampleRate: SAMPLE_RATE });
    try {
      return this.#decoder.decode(packet);
    } catch {
      // One bad packet is a click at most; it is counted, and the stream goes on.
      this.#refused++;
      return undefined;
    }
  }

  /** Manual mode: the finger says what belongs to the utterance. */
  #hold(pcm: Int16Array): void {
    if (!this.#isHeld) return;
    this.#options.onVoice();
    this.#utterance ??= this.#begin([]);
    this.#utterance.frames.push(pcm);
  }

  /** A detector that is asked for halves of a frame tells more exactly when a voice has ended. */
  #examine(pcm: Int16Array): Promise<void> | undefined {
    const half = Math.ceil(pcm.length / 2);
    const first = this.#probe.probability(pcm.subarray(0, half));
    const second = this.#probe.probability(pcm.subarray(half));
    if (!(first instanceof Promise || second instanceof Promise)) return this.#judge(pcm, first, second);
    return Promise.all([first, second]).then((answers) => this.#judge(pcm, ...answers));
  }

  #judge(pcm: Int16Array, first: Answer, second: Answer): undefined {
    if (this.#isClosed) return;
    if (first === undefined || second === undefined) return this.#keep(pcm);
    const probabilities = [first, second];
    if (Math.max(first, second) >= VOICE_THRESHOLD) this.#options.onVoice();
    if (this.#utterance) this.#endpointer.setOutlook(this.#outlookOf(this.#utterance));
    this.#endpointer.setEager(this.#options.isEager?.() ?? false);
    const event = this.#endpointer.accept(pcm, probabilities);
    if (event?.type === "start") this.#utterance = this.#begin(event.preRoll);
    else this.#keep(pcm);
    if (event?.type === "end") this.#finish(event.silenceMs);
    else this.#utterance?.setSilence(this.#endpointer.silenceMs);
  }

  #outlookOf({ outlook }: Utterance): Outlook {
    return this.#watch?.outlookOf(outlook, this.#endpointer.silenceMs) ?? outlook;
  }

  #keep(pcm: Int16Array): undefined {
    this.#watch?.add(pcm);
    if (this.#utterance) this.#utterance.frames.push(pcm);
    else if (this.#recent.push(pcm) > KEPT_FRAMES) this.#recent.shift();
  }

  #goDeaf(): void {
    const wasSpoken = this.#utterance !== undefined;
    this.#finish(0);
    this.#endpointer.reset();
    if (!wasSpoken) this.#options.onDeaf();
  }

  #stop(): void {
    if (!this.#utterance && this.#recent.length > 0) this.#utterance = this.#begin(this.#recent);
    this.#finish(0);
    this.#endpointer.reset();
    this.#isHeld = false;
  }

  /** Silence that is not sent ends an utterance, too; whoever paused for it would wait for ever. */
  #runDry(): void {
    if (!this.#utterance || this.#mode === "manual") return;
    this.#finish(this.#endpointer.silenceMs + DRY_MS);
    this.#endpointer.reset();
  }

  #watchForDryness(ms: number): void {
    const { clock } = this.#options;
    this.#cancelDryness();
    this.#cancelDryness = clock.schedule(ms, () => {
      const left = this.#packetAt + DRY_MS - clock.now();
      if (left > 0) this.#watchForDryness(left);
      else this.#put("dry");
    });
  }

  #begin(frames: readonly Int16Array[]): Utterance {
    const utterance = new Utterance();
    for (const pcm of frames) utterance.frames.push(pcm);
    this.#watch?.begin(frames);
    this.#recent = [];
    this.#watchForDryness(DRY_MS);
    this.#options.onUtterance(utterance);
    return utterance;
  }

  #finish(silenceMs: number): void {
    this.#cancelDryness();
    this.#utterance?.finish({ at: this.#options.clock.now(), silenceMs });
    this.#utterance = undefined;
    this.#recent = [];
  }

  #forget(): void {
    this.#cancelDryness();
    this.#utterance?.discard();
    this.#utterance = undefined;
    this.#recent = [];
    this.#endpointer.reset();
  }
}
