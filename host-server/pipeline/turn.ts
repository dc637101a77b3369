import type { Clock } from "../../protocol/clock.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import { AsrError } from "../errors.ts";
import type { Outlook } from "../intent/outlook.ts";
import type { Log } from "../log.ts";
import type { Asr } from "../providers/asr.ts";
import type { Llm, TokenUsage, ToolSpec } from "../providers/llm.ts";
import type { Tts } from "../providers/tts.ts";
import { ahead, once } from "../queue.ts";
import type { Catalogue } from "../tools/catalogue.ts";
import type { Sound } from "../tools/source.ts";
import type { Draft } from "./draft.ts";
import { hear, UNCLEAR } from "./hear.ts";
import type { Dialogue } from "./history/dialogue.ts";
import type { Exchange } from "./history/exchange.ts";
import { Mouth } from "./mouth.ts";
import type { Pacer } from "./pace/pacer.ts";
import { cutSentences } from "./sentences.ts";
import { playing } from "./sound/playing.ts";
import type { Recording } from "./sound/recording.ts";
import { speak } from "./speak.ts";
import { Speculation } from "./speculation.ts";
import { shownText, withoutEmoji } from "./text.ts";
import { type Thought, think } from "./think.ts";
import { codeOf, type TurnCounters } from "./turn-counters.ts";
import type { TurnLimits } from "./turn-limits.ts";
import type { Decision, TurnOutput } from "./turn-output.ts";
import { type ToolUse, type TurnReport, TurnTimes } from "./turn-report.ts";
import type { Utterance } from "./utterance.ts";
import type { Speaker } from "./voice/speaker.ts";

/** What a turn is made of. */
export interface TurnOptions {
  /** Counts the session's turns from 1. */
  readonly id: number;
  /** Id of its trace. */
  readonly trace?: string | undefined;
  readonly stages: { readonly asr: Asr; readonly llm: Llm; readonly tts: Tts };
  readonly outlookOf: (text: string, tools: readonly ToolSpec[]) => Outlook;
  /** Whoever speaks, where voices are known. */
  readonly speaker?: Speaker | undefined;
  readonly tools: Pick<Catalogue, "specs" | "call">;
  readonly dialogue: Dialogue;
  readonly pacer: Pacer;
  readonly counters: TurnCounters;
  readonly clock: Clock;
  readonly log: Log;
  readonly output: TurnOutput;
  /** Said when a stage fails. */
  readonly apology: string;
  readonly limits: TurnLimits;
  /** Whether the answer may be begun before the end of speech is sure. */
  readonly speculates: boolean;
  /** Whether words that could not be made out are to be answered now. */
  readonly answersUnclear: () => boolean;
  /** What becomes of words that the user said. */
  readonly decide: (words: string) => Decision;
  /** Frames of PCM that follow each answer. */
  readonly closingTone: readonly Int16Array[];
  /** Called once, when nothing of the turn follows. */
  readonly onEnd: () => void;
  /** Waits until this turn may be heard; whoever spoke before has ended by then. */
  readonly takeFloor: (turn: Turn) => Promise<void>;
}

/**
 * One turn: the user says something, the device answers. Whoever interrupts it aborts one signal, and nothing of it is
 * sent, run or remembered afterwards.
 */
export class Turn {
  readonly #options: TurnOptions;
  readonly #abort = new AbortController();
  readonly #times: TurnTimes;
  readonly #tools: ToolUse[] = [];
  readonly #said: string[] = [];
  readonly #sounds: Sound[] = [];
  readonly #mouth: Mouth;
  readonly #speculation: Speculation;
  #exchange: Exchange | undefined;
  #tokens: TokenUsage | undefined;
  #heard = "";
  #isSpeaking = false;
  #isPaused = false;
  #endsSession = false;
  #isHidden = false;
  /** How a sentence is shown. */
  #shown = shownText;

  constructor(options: TurnOptions) {
    const { clock, pacer, log, output, stages, counters, dialogue, tools, speaker } = options;
    this.#options = options;
    this.#times = new TurnTimes(() => clock.now());
    this.#mouth = new Mouth({
      pacer,
      log,
      onSentence: (sentence, isAgain) => this.#startSentence(sentence, isAgain),
      sendAudio: (packet) => {
        this.#times.mark("frame");
        output.sendAudio(packet);
      },
    });
    this.#speculation = new Speculation({
      ...stages,
      counters,
      messagesFor: (words) => dialogue.messagesWith(speaker?.tell(words) ?? words),
      tools: () => tools.specs(),
    });
  }

  /** Whether the session is to be closed after this turn. */
  get endsSession(): boolean {
    return this.#endsSession;
  }

  /**
   * Runs the turn for what the user says or has written; resolves with what happened, or undefined when nothing was
   * understood. Never rejects: a failing stage ends the turn with a spoken apology, or in silence when the voice fails.
   */
  async run(input: Utterance | string): Promise<TurnReport | undefined> {
    try {
      const words = await this.#hear(input);
      if (words === "" || this.#abort.signal.aborted) return undefined;
      this.#heard = words;
      await this.#options.takeFloor(this);
      if (this.#abort.signal.aborted) return undefined;
      await this.#respond();
    } catch (error) {
      await this.#fail(error);
    } finally {
      this.#close();
    }
    return this.#heard === "" ? undefined : this.#report();
  }

  /** Answers a text that nobody has said and nobody sees; afterwards the session is to be closed. Never rejects. */
  async farewell(prompt: string): Promise<TurnReport | undefined> {
    this.#isHidden = true;
    this.#endsSession = true;
    return this.run(prompt);
  }

  /** Says a text that the user has not asked for; a recording is played and shown as it is. Never rejects. */
  async announce(announced: string | Recording): Promise<void> {
    try {
      await this.#options.takeFloor(this);
      if (this.#abort.signal.aborted) return;
      this.#exchange = this.#options.dialogue.begin();
      this.#startSpeaking();
      await (typeof announced === "string" ? this.#say(announced) : this.#play(announced));
      await this.#finish();
    } catch (error) {
      await this.#fail(error);
    } finally {
      this.#close();
    }
  }

  /** Falls silent at once, until `resume` or `interrupt`: somebody began to speak, and may or may not mean it. */
  pause(): void {
    if (!this.#isSpeaking || this.#isPaused) return;
    this.#isPaused = true;
    this.#mouth.pause();
    if (!this.#mouth.isHeard) return;
    // Devices drop what they have not played when an answer begins, and only then.
    this.#send({ type: "tts", state: "stop" });
    this.#send({ type: "tts", state: "start" });
  }

  /** Goes on after a pause, from the beginning of the sentence that was being heard. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#mouth.resume();
  }

  /** Ends the turn now: no more sound, and the device is told to stop if it was speaking. */
  interrupt(): void {
    if (this.#abort.signal.aborted) return;
    const heard = this.#mouth.heardCharacters;
    this.#stopSpeaking();
    this.#endsSession = false;
    this.#abort.abort();
    this.#exchange?.cut(heard);
    this.#mouth.close();
    this.#speculation.drop();
  }

  async #hear(input: Utterance | string): Promise<string> {
    if (typeof input === "string") {
      this.#times.mark("speechEnd");
      this.#times.mark("words");
      return input.trim();
    }
    const { stages, outlookOf, tools, limits, clock, counters, speculates, answersUnclear, speaker } = this.#options;
    const options = { asr: stages.asr, outlookOf, tools: tools.specs(), clock, timeoutMs: limits.asrMs, speaker };
    const stop = speculates ? input.onGuess((words) => this.#speculation.guess(words)) : () => {};
    try {
      const words = await hear(input, options, AbortSignal.any([this.#abort.signal, input.discarded]));
      this.#times.mark("words");
      const { at, silenceMs } = input.end ?? { at: clock.now(), silenceMs: 0 };
      this.#times.mark("utteranceEnd", at);
      this.#times.mark("speechEnd", at - silenceMs);
      if (words === "" && !input.discarded.aborted) counters.falseStart();
      return words === UNCLEAR && !answersUnclear() ? "" : words;
    } finally {
      stop();
    }
  }

  async #respond(): Promise<void> {
    const decision = this.#isHidden ? "answer" : this.#options.decide(this.#heard);
    if (typeof decision === "object") return this.#refuse(decision.refusal);
    if (!this.#isHidden) this.#send({ type: "stt", text: shownText(this.#heard) });
    this.#startSpeaking();
    if (decision === "exit") return this.#leave();
    const { dialogue, speaker } = this.#options;
    this.#exchange = dialogue.begin(speaker?.introduce(this.#heard) ?? this.#heard);
    await this.#answer();
    await this.#finish();
  }

  /** As in the reference: the connection ends without an end of speech. */
  #leave(): void {
    this.#endsSession = true;
    this.#isSpeaking = false;
  }

  async #refuse(text: string): Promise<void> {
    this.#endsSession = true;
    this.#send({ type: "stt", text: shownText(text) });
    this.#startSpeaking();
    await this.#say(text);
    await this.#finish();
  }

  #startSpeaking(): void {
    this.#isSpeaking = true;
    this.#send({ type: "tts", state: "start" });
  }

  async #finish(): Promise<void> {
    for (const frame of this.#options.closingTone) this.#mouth.push(frame);
    await this.#mouth.finish();
    this.#stopSpeaking();
  }

  /** Words that could not be heard get an apology, unless somebody is being heard. */
  async #fail(error: unknown): Promise<void> {
    const { log, counters, answersUnclear, takeFloor } = this.#options;
    if (this.#abort.signal.aborted) return;
    log.error({ error }, "turn failed");
    if (!(error instanceof AsrError)) return this.#stopSpeaking();
    counters.failure("asr", error.code);
    if (!answersUnclear()) return;
    try {
      await takeFloor(this);
      if (this.#abort.signal.aborted) return;
      this.#startSpeaking();
      await this.#apologise();
      await this.#finish();
    } catch (error) {
      log.error({ error }, "no apology either");
    }
  }

  #close(): void {
    this.#stopSpeaking();
    this.#speculation.drop();
    this.#exchange?.close();
    this.#mouth.close();
    this.#options.onEnd();
  }

  async #answer(): Promise<void> {
    const { dialogue, log, counters } = this.#options;
    const { signal } = this.#abort;
    const draft = this.#speculation.use(dialogue.messages);
    try {
      await this.#speak(cutSentences(ahead(this.#show(this.#think(draft)), signal)), draft);
      for (const sound of this.#sounds) await this.#speak(once(sound.title), { tts: playing(sound) });
    } catch (error) {
      if (signal.aborted) return;
      log.error({ error }, "no answer to this turn");
      counters.failure("llm", codeOf(error));
      await this.#apologise();
    } finally {
      draft?.discard();
    }
  }

  #think(draft: Draft | undefined): AsyncIterable<Thought> {
    const { stages, tools, dialogue, clock, limits } = this.#options;
    const exchange = this.#exchange as Exchange;
    return think({ llm: draft?.llm ?? stages.llm, tools, dialogue, exchange, clock, limits }, this.#abort.signal);
  }

  #apologise(): Promise<void> {
    return this.#say(this.#options.apology);
  }

  async #say(text: string): Promise<void> {
    this.#exchange?.addAssistant(text);
    await this.#speak(cutSentences(ahead(once(text), this.#abort.signal)));
  }

  async #play({ text, packets }: Recording): Promise<void> {
    this.#shown = withoutEmoji;
    if (!packets) return this.#say(text);
    this.#exchange?.addAssistant(text);
    this.#mouth.say(text);
    for (const packet of packets) this.#mouth.push(packet);
  }

  /** Shows what is for the eyes at once and passes on what is for the ears. */
  async *#show(thoughts: AsyncIterable<Thought>): AsyncGenerator<string, void, undefined> {
    for await (const thought of thoughts) {
      if (this.#abort.signal.aborted) return;
      if (thought.type === "text") yield thought.text;
      else if (thought.type === "tool-start") this.#send({ type: "stt", text: `% ${thought.name}` });
      else if (thought.type === "emotion") this.#showFace(thought.emotion, thought.emoji);
      else if (thought.type === "usage") this.#count(thought);
      else {
        const { call, outcome } = thought;
        if (outcome.isError) this.#options.counters.failure("tool", "tool-failed");
        this.#tools.push({ name: call.name, arguments: call.arguments, result: outcome.text });
        this.#endsSession ||= outcome.endsSession === true;
        if (outcome.sound) this.#sounds.push(outcome.sound);
      }
    }
  }

  #count({ prompt, completion }: TokenUsage): void {
    const { prompt: asked = 0, completion: said = 0 } = this.#tokens ?? {};
    this.#tokens = { prompt: asked + prompt, completion: said + completion };
  }

  #showFace(emotion: string, text: string): void {
    if (this.#options.output.showsEmotions) this.#send({ type: "llm", text, emotion });
  }

  async #speak(sentences: AsyncIterable<string>, draft?: Pick<Draft, "tts">): Promise<void> {
    const { stages, clock, log, counters, limits } = this.#options;
    const times = this.#times;
    const timed = async function* () {
      for await (const sentence of sentences) {
        times.mark("sentence");
        yield sentence;
      }
    };
    const options = {
      tts: draft?.tts ?? stages.tts,
      mouth: this.#mouth,
      clock,
      log,
      counters,
      timeoutMs: limits.ttsMs,
      onSound: () => times.mark("sound"),
    };
    await speak(timed(), options, this.#abort.signal);
  }

  #startSentence(sentence: string, isAgain: boolean): void {
    if (!isAgain) this.#said.push(sentence);
    const { sessionId } = this.#options.output;
    this.#send({ type: "tts", state: "sentence_start", session_id: sessionId, text: this.#shown(sentence) });
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
      turn: this.#options.id,
      trace: this.#options.trace,
      session: this.#options.output.sessionId,
      device: this.#options.output.deviceId,
      heard: this.#heard,
      ...this.#options.speaker?.named,
      tools: this.#tools,
      said: this.#said.map((sentence) => sentence.trim()).join(" "),
      stages: this.#times.stages(),
      endedAt: this.#times.at("utteranceEnd"),
      isInterrupted: this.#abort.signal.aborted,
      ...(this.#tokens && { tokens: this.#tokens }),
      ...(this.#isHidden && { isHidden: true }),
    };
  }
}
