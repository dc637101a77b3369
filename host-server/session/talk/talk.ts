import type { ToDevice } from "../../../protocol/to-device.ts";
import type { ListenMode } from "../../../protocol/to-server.ts";
import { AppError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { Ear } from "../../pipeline/ear.ts";
import { UNCLEAR } from "../../pipeline/hear.ts";
import type { Recording } from "../../pipeline/sound/recording.ts";
import { shownText } from "../../pipeline/text.ts";
import { traced } from "../../pipeline/trace/turn-trace.ts";
import { Turn, type TurnOptions } from "../../pipeline/turn.ts";
import { codeOf } from "../../pipeline/turn-counters.ts";
import type { Decision } from "../../pipeline/turn-output.ts";
import type { TurnReport } from "../../pipeline/turn-report.ts";
import type { Utterance } from "../../pipeline/utterance.ts";
import type { Catalogue } from "../../tools/catalogue.ts";
import type { DeviceIdentity } from "../link.ts";
import type { SessionOptions } from "../session-options.ts";
import type { SessionTools } from "../session-tools.ts";
import { CutOff } from "./cut-off.ts";
import { Floor } from "./floor.ts";
import { greetingInLanguageOf } from "./greeting-words.ts";
import { Mind } from "./mind.ts";
import { OwnVoice } from "./own-voice.ts";
import type { Recollection } from "./recollection.ts";

/** How often in a row the device says that it did not understand, before it lets a lively room be. */
const UNCLEAR_ANSWERS = 2;

/** What a device said about itself, as far as it matters here. */
export interface DeviceTraits {
  readonly showsEmotions: boolean;
  /** It does not cancel its echo itself. */
  readonly leavesEcho: boolean;
}

/** The session that talks. */
export interface Talker {
  readonly id: string;
  readonly device: DeviceIdentity;
  readonly tools: SessionTools;
  readonly log: Log;
  /** What is known of the device before; undefined for nothing. */
  readonly recollection: Recollection | undefined;
  send(message: ToDevice): void;
  sendAudio(packet: Uint8Array, timestamp: number | undefined): void;
  /** Somebody speaks, or is spoken to. */
  touch(): void;
  /** Ends the session and its connection. */
  close(): void;
}

/** All that a session has once somebody talks: an ear, a mind, turns. A device that merely waits has none. */
export class Talk {
  readonly #log: Log;
  readonly #session: Talker;
  readonly #options: SessionOptions;
  readonly #catalogue: Catalogue;
  readonly #mind: Mind;
  readonly #ear: Ear;
  readonly #floor: Floor;
  readonly #cutOff: CutOff;
  #mode: ListenMode = "auto";
  #showsEmotions = true;
  /** Of a device that does not cancel its echo itself. */
  #ownVoice: OwnVoice | undefined;
  /** Turns begun, for their ids. */
  #begun = 0;
  #turnCount = 0;
  #unclearInARow = 0;
  #isClosed = false;

  constructor(session: Talker, options: SessionOptions, traits: DeviceTraits) {
    this.#session = session;
    this.#options = options;
    this.#log = session.log;
    const { deviceId } = session.device;
    this.#mind = this.#openMind();
    const setPrompt = (prompt: string) => this.#mind.dialogue.setPrompt(prompt);
    this.#catalogue = session.tools.catalogue({ deviceId, setPrompt });
    this.#floor = new Floor(options.counters);
    this.#cutOff = new CutOff(options.clock);
    this.#ear = this.#openEar();
    this.meet(traits);
  }

  #openMind(): Mind {
    const { stages, settings, clock, memory, timezoneMinutes } = this.#options;
    const { device, id, recollection } = this.#session;
    const talker = { deviceId: device.deviceId, sessionId: id };
    const { llm, voiceprint } = stages;
    const log = this.#log;
    return new Mind({ llm, voiceprint, talker, settings, clock, log, memory, recollection, timezoneMinutes });
  }

  #openEar(): Ear {
    const { stages, clock, counters, settings } = this.#options;
    return new Ear({
      vad: stages.vad,
      turnEnd: stages.turnEnd,
      clock,
      timeoutMs: settings.limits.vadMs,
      clean: (pcm, timestamp) => this.#ownVoice?.clean(pcm, timestamp) ?? pcm,
      isEager: () => this.#floor.isTaken && this.#isFreeOfEcho,
      onUtterance: (utterance) => this.#startTurn(utterance),
      onVoice: () => this.#session.touch(),
      onError: (error) => {
        this.#log.error({ error }, "could not listen to a frame");
        counters.failure("vad", codeOf(error));
      },
      // With so many turns that this one has no room, somebody hears something.
      onDeaf: () => this.say(settings.apology).catch(() => {}),
    });
  }

  /** Somebody speaks or is being answered. */
  get isBusy(): boolean {
    return this.#floor.size > 0;
  }

  /** Turns that have ended with something said. */
  get turnCount(): number {
    return this.#turnCount;
  }

  /** Packets that were no Opus or came too fast, so far. */
  get refusedPackets(): number {
    return this.#ear.refusedPackets;
  }

  /** Takes over what the device says about itself. */
  meet({ showsEmotions, leavesEcho }: DeviceTraits): void {
    this.#showsEmotions = showsEmotions;
    this.#mind.dialogue.setNote(showsEmotions ? "" : "Use no emoji.");
    if (leavesEcho) this.#ownVoice ??= new OwnVoice(this.#options.clock);
  }

  /** One packet of the microphone. */
  accept(packet: Uint8Array, timestamp: number): void {
    this.#ear.accept(packet, timestamp);
  }

  startListening(mode: ListenMode): void {
    this.#mode = mode;
    this.#ear.start(mode);
  }

  stopListening(): void {
    this.#ear.stop();
  }

  /** A text stands for what the user said; what was heard before is forgotten. */
  takeText(text: string): void {
    this.#session.touch();
    this.#ear.clear();
    this.#startTurn(text);
  }

  /** The device was called by this wake word. */
  greet(word: string): void {
    const { greeter, settings } = this.#options;
    if (settings.greets && settings.greetings.length === 0) return this.takeText(greetingInLanguageOf(word));
    this.#session.touch();
    this.#ear.clear();
    if (!settings.greets) return this.#acknowledge(word);
    if (this.#hasRoom()) void this.#announce(greeter.next(settings.greetings), this.#mode === "manual");
  }

  /** Ends what is being said; false when nothing was. */
  interrupt(): boolean {
    return this.#floor.interrupt("abort");
  }

  /** Says a text that nobody asked for, once it is quiet; resolves when it has been said, or was interrupted. */
  async say(text: string): Promise<void> {
    if (this.#hasRoom()) return this.#announce(text, true);
    const { deviceId } = this.#session.device;
    throw new AppError("device-busy", `device-busy: ${this.#floor.size} turns of ${deviceId} wait already`);
  }

  /** Takes leave of somebody who has not spoken for a while, in the words that this prompt asks for. */
  sayGoodbye(prompt: string): void {
    this.#log.info("saying goodbye: nobody has spoken for a while");
    const turn = this.#createTurn((next) => this.#floor.take(next, true));
    this.#floor.add(
      turn,
      turn.farewell(prompt).then((report) => this.#endTurn(turn, report)),
    );
  }

  /** Ends every turn; the rest of the talk goes on. */
  clear(): void {
    this.#floor.clear();
  }

  close(): void {
    this.#isClosed = true;
    this.#floor.clear();
    this.#mind.close();
    this.#ear.close();
    this.#ownVoice?.close();
    this.#catalogue.close();
  }

  /** `waits` lets what is being said now be said to its end first. */
  async #announce(announced: string | Recording, waits: boolean): Promise<void> {
    if (this.#isClosed) return;
    const turn = this.#createTurn((next) => this.#floor.take(next, waits));
    const saying = turn.announce(announced).then(() => this.#endTurn(turn, undefined));
    this.#floor.add(turn, saying);
    await saying;
  }

  /** The device was called, and does not answer: it only listens. */
  #acknowledge(word: string): void {
    this.#floor.interrupt("words");
    const session_id = this.#session.id;
    this.#session.send({ type: "stt", text: shownText(word), session_id });
    this.#session.send({ type: "tts", state: "start", session_id });
    this.#session.send({ type: "tts", state: "stop", session_id });
  }

  /** Whether one more turn may wait for the device. */
  #hasRoom(): boolean {
    const { turnsPerDevice: limit } = this.#options.settings;
    if (this.#floor.size < limit) return true;
    this.#log.warn({ limit }, "a turn was dropped: too many wait (limits.turns_per_device)");
    return false;
  }

  #startTurn(input: Utterance | string): void {
    if (this.#isClosed || !this.#hasRoom()) return;
    this.#mind.attend();
    // In manual mode the device's own finger interrupts, otherwise words do, or a voice.
    const turn = this.#createTurn((next) => this.#floor.take(next, this.#mode === "manual"));
    const goesOn = typeof input !== "string" && this.#cutOff.goesOn(input) && this.#mode !== "manual";
    this.#floor.add(
      turn,
      turn.run(input).then((report) => {
        if (goesOn && report) this.#options.counters.cutOff();
        this.#endTurn(turn, report);
      }),
    );
    if (typeof input !== "string" && this.#isFreeOfEcho) this.#floor.claim(turn);
  }

  /** Whether what this device sends is free of its own voice. */
  get #isFreeOfEcho(): boolean {
    const { voiceInterrupts } = this.#options.settings;
    return voiceInterrupts && this.#mode === "realtime" && (this.#ownVoice?.isOut ?? true);
  }

  #createTurn(takeFloor: TurnOptions["takeFloor"]): Turn {
    const { stages, outlookOf, pacer, counters, clock, settings } = this.#options;
    this.#begun++;
    return new Turn({
      ...traced(
        {
          stages: { ...stages, llm: this.#mind.llm, tts: settings.replacementWords.spokenBy(stages.tts) },
          tools: this.#catalogue,
          output: this.#output,
          log: this.#log,
        },
        { device: this.#session.device.deviceId, session: this.#session.id, turn: this.#begun },
      ),
      id: this.#begun,
      outlookOf,
      speaker: this.#mind.speakers?.next(),
      dialogue: this.#mind.dialogue,
      pacer,
      counters,
      clock,
      apology: settings.apology,
      limits: settings.limits,
      speculates: this.#mind.speculates,
      answersUnclear: () => !this.#floor.isTaken && this.#unclearInARow < UNCLEAR_ANSWERS,
      decide: (words) => this.#decide(words),
      closingTone: settings.closingTone,
      takeFloor,
    });
  }

  get #output(): TurnOptions["output"] {
    const ids = { deviceId: this.#session.device.deviceId, sessionId: this.#session.id };
    const send = (message: ToDevice) => this.#session.send(message);
    const sendAudio = (packet: Uint8Array) => this.#sendAudio(packet);
    return { ...ids, showsEmotions: this.#showsEmotions, send, sendAudio };
  }

  #decide(words: string): Decision {
    const { settings, outputs } = this.#options;
    const { dailyCharacters, dailyRefusal, exitCommands } = settings;
    const isSpent = dailyCharacters > 0 && outputs.charactersOf(this.#session.device.deviceId) >= dailyCharacters;
    if (isSpent) return { refusal: dailyRefusal };
    return exitCommands.has(words) ? "exit" : "answer";
  }

  #sendAudio(packet: Uint8Array): void {
    this.#session.touch();
    this.#options.counters.frame("down");
    this.#session.sendAudio(packet, this.#ownVoice?.sent(packet));
  }

  #endTurn(turn: Turn, report: TurnReport | undefined): void {
    this.#floor.remove(turn);
    if (!report) return;
    this.#turnCount++;
    this.#unclearInARow = report.heard === UNCLEAR ? this.#unclearInARow + 1 : 0;
    if (this.#options.settings.dailyCharacters > 0) {
      this.#options.outputs.add(this.#session.device.deviceId, report.said.length);
    }
    this.#options.onTurn(report);
    if (turn.endsSession) this.#session.close();
    else if (!this.#floor.isTaken) this.#mind.rest();
  }
}
