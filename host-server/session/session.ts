import { randomUUID } from "node:crypto";
import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import {
  type Iot,
  type ListenMode,
  parseToServer,
  type ServerCommand,
  type ToServer,
} from "../../protocol/to-server.ts";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { Ear } from "../pipeline/ear.ts";
import { UNCLEAR } from "../pipeline/hear.ts";
import type { Recording } from "../pipeline/sound/recording.ts";
import { shownText } from "../pipeline/text.ts";
import { traced } from "../pipeline/trace/turn-trace.ts";
import { Turn, type TurnOptions } from "../pipeline/turn.ts";
import { codeOf } from "../pipeline/turn-counters.ts";
import type { Decision } from "../pipeline/turn-output.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import type { Utterance } from "../pipeline/utterance.ts";
import type { ToolSource } from "../tools/source.ts";
import { Activity } from "./activity.ts";
import type { Conversation, Handler } from "./conversation.ts";
import { CutOff } from "./cut-off.ts";
import { isEchoed } from "./echo.ts";
import { Floor } from "./floor.ts";
import { greetingInLanguageOf } from "./greeting-words.ts";
import { handlers } from "./handlers/table.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "./link.ts";
import { Mind } from "./mind.ts";
import { OwnVoice } from "./own-voice.ts";
import type { SessionOptions } from "./session-options.ts";
import { SessionTools } from "./session-tools.ts";

/** How often in a row the device says that it did not understand, before it lets a lively room be. */
const UNCLEAR_ANSWERS = 2;

/** One connected device: its messages in, its turns out. Nothing that it sends ends the session. */
export class Session implements Conversation {
  readonly id: string = randomUUID();
  readonly #link: DeviceLink;
  readonly #options: SessionOptions;
  readonly #tools: SessionTools;
  readonly #mind: Mind;
  readonly #ear: Ear;
  readonly #activity: Activity;
  readonly #openedAt: number;
  readonly log: Log;
  #mode: ListenMode = "auto";
  #showsEmotions = true;
  #hasTools = false;
  /** Of a device that does not cancel its echo itself. */
  #ownVoice: OwnVoice | undefined;
  readonly #floor: Floor;
  /** Turns begun, for their ids. */
  #begun = 0;
  #turnCount = 0;
  readonly #cutOff: CutOff;
  #unclearInARow = 0;
  #isClosed = false;

  constructor(link: DeviceLink, options: SessionOptions) {
    const { clock, settings } = options;
    this.#link = link;
    this.#options = options;
    this.#openedAt = clock.now();
    this.#cutOff = new CutOff(clock);
    this.log = options.log.child({ device: link.device.deviceId, session: this.id.slice(0, 8) });
    this.#tools = new SessionTools({
      sourcesFor: options.sourcesFor,
      caller: { deviceId: link.device.deviceId, setPrompt: (prompt) => this.#mind.dialogue.setPrompt(prompt) },
      mcpChannels: options.mcpChannels,
      vision: options.visionFor(link.device),
      send: this.send,
      clock,
      log: this.log,
      timeoutMs: settings.toolTimeoutMs,
    });
    const talker = { deviceId: link.device.deviceId, sessionId: this.id };
    const { memory, timezoneMinutes } = options;
    const { llm, voiceprint } = options.stages;
    this.#mind = new Mind({ llm, voiceprint, talker, settings, clock, log: this.log, memory, timezoneMinutes });
    this.#floor = new Floor(options.counters);
    this.#activity = new Activity(clock, settings.noVoiceMs, {
      onSilence: () => this.#sayGoodbye(),
      onIdle: () => this.#closeForSilence(),
    });
    this.#ear = this.#openEar();
    link.attach(this.#linkEvents());
    this.log.info({ ip: link.device.ip, transport: link.transport }, "device connected");
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
      onVoice: () => this.#activity.touch(),
      onError: (error) => {
        this.log.error({ error }, "could not listen to a frame");
        counters.failure("vad", codeOf(error));
      },
      // With so many turns that this one has no room, somebody hears something.
      onDeaf: () => this.say(settings.apology).catch(() => {}),
    });
  }

  get device(): DeviceIdentity {
    return this.#link.device;
  }

  /** The tools that the device itself brings. */
  get deviceTools(): readonly ToolSource[] {
    return this.#tools.ofDevice;
  }

  get transport(): string {
    return this.#link.transport;
  }

  /** Somebody speaks or is being answered. */
  get isBusy(): boolean {
    return this.#floor.size > 0;
  }

  get greeting(): Conversation["greeting"] {
    return this.#link.greeting ?? {};
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get answersPings(): boolean {
    return this.#options.settings.answersPings;
  }

  readonly send = (message: ToDevice): void => {
    this.#link.sendText(JSON.stringify(message));
  };

  meet(features: JsonObject): void {
    this.#showsEmotions = features["emoji"] !== false;
    this.#mind.dialogue.setNote(this.#showsEmotions ? "" : "Use no emoji.");
    if (features["aec"] === true) this.#ownVoice ??= new OwnVoice(this.clock);
    if (features["mcp"] !== true || this.#hasTools) return;
    this.#hasTools = true;
    this.#tools.mcp.start().then(
      () => this.log.debug({ tools: this.#tools.mcp.list().length }, "device tools read"),
      (error: unknown) => {
        if (!this.#isClosed) this.log.warn({ error }, "the device's tools cannot be used");
      },
    );
  }

  acceptMcp(payload: JsonObject): void {
    this.#tools.mcp.accept(payload);
  }

  acceptIot(things: Pick<Iot, "descriptors" | "states">): void {
    this.#tools.iot.accept(things);
  }

  startListening(mode: ListenMode): void {
    this.#activity.touch();
    this.#mode = mode;
    this.#ear.start(mode);
  }

  stopListening(): void {
    this.#ear.stop();
  }

  takeText(text: string): void {
    this.#activity.touch();
    this.#ear.clear();
    this.#startTurn(text);
  }

  isWakeWord(text: string): boolean {
    return this.#options.settings.wakeWords.has(text);
  }

  greet(word: string): void {
    const { greeter, settings } = this.#options;
    if (settings.greets && settings.greetings.length === 0) return this.takeText(greetingInLanguageOf(word));
    this.#activity.touch();
    this.#ear.clear();
    if (!settings.greets) return this.#acknowledge(word);
    if (this.#hasRoom()) void this.#announce(greeter.next(settings.greetings), this.#mode === "manual");
  }

  interrupt(): void {
    // Without a turn the device may still wait for the end of one that it no longer hears of.
    if (!this.#floor.interrupt("abort")) this.send({ type: "tts", state: "stop", session_id: this.id });
  }

  /** Says a text that nobody asked for, once it is quiet; resolves when it has been said, or was interrupted. */
  async say(text: string): Promise<void> {
    if (this.#hasRoom()) return this.#announce(text, true);
    throw new AppError("device-busy", `device-busy: ${this.#floor.size} turns of ${this.device.deviceId} wait already`);
  }

  manage(command: ServerCommand): void {
    const result = this.#options.manage(command);
    if (result) this.send(result);
  }

  /** Ends every turn, tells the device to stop speaking, and closes the connection. */
  close(): void {
    this.#floor.clear();
    this.#link.close();
    this.#end();
  }

  #linkEvents(): LinkEvents {
    return {
      sessionId: this.id,
      onText: (text) => this.#receive(text),
      onAudio: (packet, timestamp) => {
        this.#options.counters.frame("up");
        this.#activity.packet();
        this.#ear.accept(packet, timestamp);
      },
      say: (text) => this.say(text),
      onClose: () => this.#end(),
    };
  }

  #receive(text: string): void {
    try {
      const message = parseToServer(text);
      if (message.type === "unknown") {
        this.log.debug({ type: message.wireType }, "message of an unknown type ignored");
        return;
      }
      (handlers[message.type] as Handler<ToServer>)(this, message);
    } catch (error) {
      this.log.warn({ error }, "message refused");
      if (this.transport === "websocket" && isEchoed(text)) this.#link.sendText(text);
    }
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
    const session_id = this.id;
    this.send({ type: "stt", text: shownText(word), session_id });
    this.send({ type: "tts", state: "start", session_id });
    this.send({ type: "tts", state: "stop", session_id });
  }

  /** Whether one more turn may wait for the device. */
  #hasRoom(): boolean {
    const { turnsPerDevice: limit } = this.#options.settings;
    if (this.#floor.size < limit) return true;
    this.log.warn({ limit }, "a turn was dropped: too many wait (limits.turns_per_device)");
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
          tools: this.#tools.catalogue,
          output: this.#output,
          log: this.log,
        },
        { device: this.device.deviceId, session: this.id, turn: this.#begun },
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
    const ids = { deviceId: this.device.deviceId, sessionId: this.id };
    const sendAudio = (packet: Uint8Array) => this.#sendAudio(packet);
    return { ...ids, showsEmotions: this.#showsEmotions, send: this.send, sendAudio };
  }

  #decide(words: string): Decision {
    const { settings, outputs } = this.#options;
    const { dailyCharacters, dailyRefusal, exitCommands } = settings;
    const isSpent = dailyCharacters > 0 && outputs.charactersOf(this.device.deviceId) >= dailyCharacters;
    if (isSpent) return { refusal: dailyRefusal };
    return exitCommands.has(words) ? "exit" : "answer";
  }

  #sendAudio(packet: Uint8Array): void {
    this.#activity.touch();
    this.#options.counters.frame("down");
    this.#link.sendAudio(packet, this.#ownVoice?.sent(packet));
  }

  #endTurn(turn: Turn, report: TurnReport | undefined): void {
    this.#floor.remove(turn);
    if (!report) return;
    this.#turnCount++;
    this.#unclearInARow = report.heard === UNCLEAR ? this.#unclearInARow + 1 : 0;
    if (this.#options.settings.dailyCharacters > 0) {
      this.#options.outputs.add(this.device.deviceId, report.said.length);
    }
    this.#options.onTurn(report);
    if (turn.endsSession) this.close();
    else if (!this.#floor.isTaken) this.#mind.rest();
  }

  #sayGoodbye(): void {
    const { endPrompt } = this.#options.settings;
    if (endPrompt === undefined) return this.#closeForSilence();
    this.log.info("saying goodbye: nobody has spoken for a while");
    const turn = this.#createTurn((next) => this.#floor.take(next, true));
    this.#floor.add(
      turn,
      turn.farewell(endPrompt).then((report) => this.#endTurn(turn, report)),
    );
  }

  #closeForSilence(): void {
    this.log.info("closing the connection: nobody has spoken for a while");
    this.close();
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#activity.stop();
    this.#floor.clear();
    this.#mind.close();
    this.#ear.close();
    this.#ownVoice?.close();
    this.#tools.close();
    const { refusedPackets } = this.#ear;
    const seconds = Math.round((this.clock.now() - this.#openedAt) / 1000);
    this.log.info({ seconds, turns: this.#turnCount, refusedPackets }, "device disconnected");
    this.#options.onClose(this);
  }
}
