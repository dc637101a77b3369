import type { Clock } from "../../protocol/clock.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import { createEncoder, type OpusEncoder } from "../audio/opus.ts";
import { AsrError } from "../errors.ts";
import type { Outlook } from "../intent/outlook.ts";
import type { Log } from "../log.ts";
import type { Asr } from "../providers/asr.ts";
import type { Llm, ToolSpec } from "../providers/llm.ts";
import type { Tts } from "../providers/tts.ts";
import { ahead } from "../queue.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import type { Dialogue } from "./dialogue.ts";
import { hear, UNCLEAR } from "./hear.ts";
import type { Pacer, Track } from "./pacer.ts";
import { cutSentences } from "./sentences.ts";
import { SPEECH_SAMPLE_RATE, speak } from "./speak.ts";
import { shownText } from "./text.ts";
import { type Thought, think } from "./think.ts";
import { codeOf, type TurnCounters } from "./turn-counters.ts";
import { type ToolUse, type TurnReport, TurnTimes } from "./turn-report.ts";
import type { Utterance } from "./utterance.ts";

/** What a turn is made of. */
export interface TurnOptions {
  readonly stages: { readonly asr: Asr; readonly llm: Llm; readonly tts: Tts };
  readonly outlookOf: (text: string, tools: readonly ToolSpec[]) => Outlook;
  readonly tools: Catalogue;
  readonly dialogue: Dialogue;
  readonly pacer: Pacer;
  readonly counters: TurnCounters;
  readonly clock: Clock;
  readonly log: Log;
  readonly output: TurnOutput;
  /** Said when the model fails. */
  readonly apology: string;
  /** Whether words that could not be made out are to be answered now. */
  readonly answersUnclear: () => boolean;
  /** Waits until this turn may be heard; whoever spoke before has ended by then. */
  readonly takeFloor: (turn: Turn) => Promise<void>;
}

/** The device, as far as a turn speaks to it. */
export interface TurnOutput {
  readonly deviceId: string;
  readonly sessionId: string;
  /** Whether the device shows faces. */
  readonly showsEmotions: boolean;
  send(message: ToDevice): void;
  sendAudio(packet: Uint8Array): void;
}

/** One turn: the user says something, the device answers. Whoever interrupts it aborts one signal, and nothing of it is sent afterwards. */
export class Turn {
  readonly #options: TurnOptions;
  readonly #abort = new AbortController();
  readonly #times: TurnTimes;
  readonly #tools: ToolUse[] = [];
  readonly #said: string[] = [];
  readonly #track: Track;
  #encoder: OpusEncoder | undefined;
  #heard = "";
  #isSpeaking = false;
  #endsSession = false;

  constructor(options: TurnOptions) {
    this.#options = options;
    this.#times = new TurnTimes(() => options.clock.now());
    this.#track = options.pacer.open({ sendFrame: (pcm) => this.#sendFrame(pcm) });
  }

  /** Whether the session is to be closed after this turn. */
  get endsSession(): boolean {
    return this.#endsSession;
  }

  /**
   * Runs the turn for what the user says or has written; resolves with what happened, or undefined when nothing was
   * understood. Never rejects: a failing stage ends the turn with a spoken apology or in silence.
   */
  async run(input: Utterance | string): Promise<TurnReport | undefined> {
    try {
      this.#heard = await this.#hear(input);
      if (this.#heard === UNCLEAR && !this.#options.answersUnclear()) this.#heard = "";
      if (this.#heard === "" || this.#abort.signal.aborted) return undefined;
      await this.#options.takeFloor(this);
      if (this.#abort.signal.aborted) return undefined;
      this.#begin();
      await this.#answer();
      await this.#finish();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#close();
    }
    return this.#heard === "" ? undefined : this.#report();
  }

  /** Says a text that the user has not asked for. Never rejects. */
  async announce(text: string): Promise<void> {
    try {
      await this.#options.takeFloor(this);
      if (this.#abort.signal.aborted) return;
      this.#startSpeaking();
      await this.#speak(cutSentences(ahead(once(text), this.#abort.signal)));
      await this.#finish();
      this.#options.dialogue.addAssistant(text);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#close();
    }
  }

  /** Ends the turn now: no more sound, and the device is told to stop if it was speaking. */
  interrupt(): void {
    if (this.#abort.signal.aborted) return;
    this.#stopSpeaking();
    this.#endsSession = false;
    this.#abort.abort();
    this.#track.close();
  }

  async #hear(input: Utterance | string): Promise<string> {
    if (typeof input === "string") {
      this.#times.mark("speechEnd");
      this.#times.mark("words");
      return input.trim();
    }
    const { stages, outlookOf, tools } = this.#options;
    const options = { asr: stages.asr, outlookOf, tools: tools.specs() };
    const words = await hear(input, options, AbortSignal.any([this.#abort.signal, input.discarded]));
    this.#times.mark("words");
    const { at, silenceMs } = input.end ?? { at: this.#options.clock.now(), silenceMs: 0 };
    this.#times.mark("utteranceEnd", at);
    this.#times.mark("speechEnd", at - silenceMs);
    return words;
  }

  #begin(): void {
    this.#options.dialogue.addUser(this.#heard);
    this.#send({ type: "stt", text: shownText(this.#heard) });
    this.#startSpeaking();
  }

  #startSpeaking(): void {
    this.#isSpeaking = true;
    this.#send({ type: "tts", state: "start" });
  }

  async #finish(): Promise<void> {
    await this.#track.finish();
    this.#stopSpeaking();
  }

  #fail(error: unknown): void {
    if (!this.#abort.signal.aborted) this.#options.log.error({ error }, "turn failed");
    if (error instanceof AsrError) this.#options.counters.failure("asr", error.code);
    this.#stopSpeaking();
  }

  #close(): void {
    this.#track.close();
    this.#encoder?.close();
  }

  async #answer(): Promise<void> {
    const { stages, tools, dialogue, log, counters, apology } = this.#options;
    const { signal } = this.#abort;
    try {
      const thoughts = this.#show(think({ llm: stages.llm, tools, dialogue }, signal));
      await this.#speak(cutSentences(ahead(thoughts, signal)));
    } catch (error) {
      if (signal.aborted) return;
      log.error({ error }, "no answer to this turn");
      counters.failure("llm", codeOf(error));
      await this.#speak(cutSentences(ahead(once(apology), signal)));
    }
  }

  /** Shows what is for the eyes at once and passes on what is for the ears. */
  async *#show(thoughts: AsyncIterable<Thought>): AsyncGenerator<string, void, undefined> {
    for await (const thought of thoughts) {
      if (this.#abort.signal.aborted) return;
      if (thought.type === "text") yield thought.text;
      else if (thought.type === "tool-start") this.#send({ type: "stt", text: `% ${thought.name}` });
      else if (thought.type === "emotion") this.#showFace(thought.emotion, thought.emoji);
      else {
        const { call, outcome } = thought;
        if (outcome.isError) this.#options.counters.failure("tool", "tool-failed");
        this.#tools.push({ name: call.name, arguments: call.arguments, result: outcome.text });
        this.#endsSession ||= outcome.endsSession === true;
      }
    }
  }

  #showFace(emotion: string, text: string): void {
    if (this.#options.output.showsEmotions) this.#send({ type: "llm", text, emotion });
  }

  async #speak(sentences: AsyncIterable<string>): Promise<void> {
    const { stages, clock, log, counters } = this.#options;
    const times = this.#times;
    const timed = async function* () {
      for await (const sentence of sentences) {
        times.mark("sentence");
        yield sentence;
      }
    };
    const options = {
      tts: stages.tts,
      track: this.#track,
      clock,
      log,
      counters,
      onSentence: (sentence: string) => this.#startSentence(sentence),
      onSound: () => times.mark("sound"),
    };
    await speak(timed(), options, this.#abort.signal);
  }

  #startSentence(sentence: string): void {
    this.#said.push(sentence);
    const { sessionId } = this.#options.output;
    this.#send({ type: "tts", state: "sentence_start", session_id: sessionId, text: shownText(sentence) });
  }

  #sendFrame(pcm: Int16Array): void {
    this.#times.mark("frame");
    try {
      this.#encoder ??= createEncoder({ sampleRate: SPEECH_SAMPLE_RATE });
      this.#options.output.sendAudio(this.#encoder.encode(pcm));
    } catch (error) {
      // The pacer serves all turns: what goes wrong in one must not reach it.
      this.#options.log.error({ error }, "a frame could not be sent");
    }
  }

  #stopSpeaking(): void {
    if (!this.#isSpeaking) return;
    this.#send({ type: "tts", state: "stop" });
    this.#isSpeaking = false;
  }

  #send(message: ToDevice): void {
    if (this.#abort.signal.aborted) return;
    this.#options.output.send({ ...message, session_id: this.#options.output.sessionId } as ToDevice);
  }

  #report(): TurnReport {
    return {
      device: this.#options.output.deviceId,
      heard: this.#heard,
      tools: this.#tools,
      said: this.#said.join(" "),
      stages: this.#times.stages(),
      endedAt: this.#times.at("utteranceEnd"),
      isInterrupted: this.#abort.signal.aborted,
    };
  }
}

async function* once(text: string): AsyncGenerator<string, void, undefined> {
  yield text;
}
