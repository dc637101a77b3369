import type { Clock } from "../../../protocol/clock.ts";
import type { VirtualDevice } from "../../../simulator/device.ts";
import type { PlannedConversation, PlannedTurn } from "../model/life.ts";
import type { DeviceStates } from "./device-states.ts";
import { SPEECH_RATE, type SpokenPhrase } from "./spoken-phrases.ts";

/** What became of one turn. The last two were heard. */
export type TurnOutcome =
  | "not-ready"
  | "not-listening"
  | "no-answer"
  | "silent"
  | "endless"
  | "answered"
  | "interrupted";

/** One turn as its speaker lived it. */
export interface LivedTurn {
  readonly words: string;
  readonly outcome: TurnOutcome;
  /** ms of the clock when it began. */
  readonly at: number;
  /** And when it was over. */
  readonly endedAt: number;
  /** ms from the last audible sample said to the first one heard. */
  readonly firstSoundMs?: number | undefined;
  /** Gaps in the answer because nothing to play had come in time. */
  readonly gaps: number;
}

const READY_MS = 60_000;
const LISTENING_MS = 15_000;
/** ms after the last word within which an answer begins. */
const ANSWER_MS = 15_000;
const LONGEST_ANSWER_MS = 60_000;
/** ms that a loudspeaker goes on after the device has stopped speaking. */
const REST_MS = 400;

/** Somebody with a device. */
export class Person {
  readonly #device: VirtualDevice;
  readonly #states: DeviceStates;
  readonly #phrases: readonly SpokenPhrase[];
  readonly #clock: Clock;
  readonly #onTurn: (turn: LivedTurn) => void;
  /** Nothing new is begun once it is false. */
  readonly #goesOn: () => boolean;

  constructor(
    device: VirtualDevice,
    states: DeviceStates,
    life: {
      readonly phrases: readonly SpokenPhrase[];
      readonly onTurn: (turn: LivedTurn) => void;
      readonly goesOn: () => boolean;
    },
  ) {
    this.#device = device;
    this.#states = states;
    this.#clock = device.clock;
    this.#phrases = life.phrases;
    this.#onTurn = life.onTurn;
    this.#goesOn = life.goesOn;
  }

  /** Talks as planned: until the end, or until the device does not do its part. */
  async converse({ turns, endsByButton }: PlannedConversation): Promise<void> {
    for (const turn of turns) {
      if (!this.#goesOn()) break;
      const lived = await this.#take(turn);
      this.#onTurn(lived);
      if (lived.outcome !== "answered" && lived.outcome !== "interrupted") break;
    }
    if (endsByButton) await this.#hangUp();
  }

  async #take({ phrase, thinkMs, interruptAfterMs }: PlannedTurn): Promise<LivedTurn> {
    const device = this.#device;
    const { words, pcm } = this.#phrases[phrase % this.#phrases.length] as SpokenPhrase;
    await this.#pause(thinkMs);
    const at = this.#clock.now();
    const lived = (outcome: TurnOutcome) => {
      return { words, outcome, at, endedAt: this.#clock.now(), gaps: device.speaker.underruns };
    };
    const failure = await this.#haveItListen();
    device.speaker.clear();
    if (failure) return lived(failure);
    void device.microphone.say(pcm, SPEECH_RATE);
    const saidMs = (pcm.length * 1000) / SPEECH_RATE;
    const isAnswered = await this.#states.reached(["speaking"], saidMs + ANSWER_MS);
    device.microphone.hush();
    if (isAnswered === undefined) return lived("no-answer");
    const isWhole = await this.#hear(interruptAfterMs);
    const { firstAudibleAt } = device.speaker;
    if (isWhole === undefined) return lived("endless");
    if (firstAudibleAt === undefined) return lived(isWhole ? "silent" : "interrupted");
    const firstSoundMs = firstAudibleAt - (device.microphone.lastAudibleAt ?? firstAudibleAt);
    return { ...lived(isWhole ? "answered" : "interrupted"), firstSoundMs };
  }

  /** Undefined when it listens. */
  async #haveItListen(): Promise<"not-ready" | "not-listening" | undefined> {
    const device = this.#device;
    const state = await this.#states.reached(["idle", "listening"], READY_MS);
    if (state === undefined) return "not-ready";
    if (state === "idle") device.click();
    return (await this.#states.reached(["listening"], LISTENING_MS)) === undefined ? "not-listening" : undefined;
  }

  /** Whether the answer was heard to its end; undefined when it has none. */
  async #hear(interruptAfterMs: number | undefined): Promise<boolean | undefined> {
    const over = ["listening", "idle", "off", "connecting"];
    const first = await this.#states.reached(over, interruptAfterMs ?? LONGEST_ANSWER_MS);
    if (first === undefined) {
      if (interruptAfterMs === undefined) return undefined;
      this.#device.click();
      await this.#states.reached(over, LISTENING_MS);
    }
    await this.#pause(REST_MS);
    return first !== undefined;
  }

  async #hangUp(): Promise<void> {
    if (this.#states.now === "listening" || this.#states.now === "speaking") {
      this.#device.click();
      await this.#states.reached(["idle", "listening"], LISTENING_MS);
    }
    // A click into an answer only ends the answer.
    if (this.#states.now !== "listening") return;
    this.#device.click();
    await this.#states.reached(["idle"], LISTENING_MS);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.schedule(ms, resolve));
  }
}
