import { randomUUID } from "node:crypto";
import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { ServerResult, ToDevice } from "../../protocol/to-device.ts";
import {
  type Iot,
  type ListenMode,
  parseToServer,
  type ServerCommand,
  type ToServer,
} from "../../protocol/to-server.ts";
import type { Log } from "../log.ts";
import { Ear } from "../pipeline/ear.ts";
import { UNCLEAR } from "../pipeline/hear.ts";
import { Dialogue } from "../pipeline/history/dialogue.ts";
import { RollingSummary } from "../pipeline/history/rolling-summary.ts";
import type { Pacer } from "../pipeline/pacer.ts";
import { Turn, type TurnOptions } from "../pipeline/turn.ts";
import { codeOf, type TurnCounters } from "../pipeline/turn-counters.ts";
import type { TurnLimits } from "../pipeline/turn-limits.ts";
import type { TurnReport } from "../pipeline/turn-report.ts";
import type { Utterance } from "../pipeline/utterance.ts";
import type { Vad } from "../providers/vad.ts";
import type { Conversation, Handler } from "./conversation.ts";
import { isEchoed } from "./echo.ts";
import { Floor } from "./floor.ts";
import { handlers } from "./handlers/table.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "./link.ts";
import { SessionTools, type SessionToolsOptions } from "./session-tools.ts";
import { SilenceTimer } from "./silence-timer.ts";

/** How often in a row the device says that it did not understand, before it lets a lively room be. */
const UNCLEAR_ANSWERS = 2;

/** What every session of a server shares. */
export interface SessionOptions {
  readonly stages: TurnOptions["stages"] & { readonly vad: Vad };
  readonly outlookOf: TurnOptions["outlookOf"];
  readonly sourcesFor: SessionToolsOptions["sourcesFor"];
  readonly pacer: Pacer;
  readonly counters: TurnCounters;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: SessionSettings;
  /** Does what a console says; gives the answer to it. */
  readonly manage: (command: ServerCommand) => ServerResult | undefined;
  readonly onTurn: (report: TurnReport) => void;
  readonly onClose: (session: Session) => void;
}

export interface SessionSettings {
  /** Tells the model who it is. */
  readonly prompt: string;
  /** Said when the model fails. */
  readonly apology: string;
  /** ms without voice after which the connection is closed. */
  readonly noVoiceMs: number;
  readonly toolTimeoutMs: number;
  readonly limits: TurnLimits;
  /** Whether answers may be begun before the end of speech is sure. */
  readonly speculates: boolean;
  /** Whether a voice interrupts before it is known what it says, where the device's own voice is not heard. */
  readonly voiceInterrupts: boolean;
  /** About how much of the conversation a model is given, in tokens. */
  readonly historyTokens: number;
  /** Whether a summary stands for what is forgotten. */
  readonly sumsUp: boolean;
  readonly answersPings: boolean;
}

/** One connected device: its messages in, its turns out. Nothing that it sends ends the session. */
export class Session implements Conversation {
  readonly id: string = randomUUID();
  readonly #link: DeviceLink;
  readonly #options: SessionOptions;
  readonly #tools: SessionTools;
  readonly #dialogue: Dialogue;
  readonly #summary: RollingSummary;
  readonly #ear: Ear;
  readonly #silence: SilenceTimer;
  readonly #openedAt: number;
  readonly log: Log;
  #mode: ListenMode = "auto";
  #showsEmotions = true;
  #hasTools = false;
  /** The device does not cancel its echo itself. */
  #wantsEchoCancelled = false;
  readonly #floor: Floor;
  /** Turns begun, for their ids. */
  #begun = 0;
  #turnCount = 0;
  #unclearInARow = 0;
  #isClosed = false;

  constructor(link: DeviceLink, options: SessionOptions) {
    const { clock, settings } = options;
    this.#link = link;
    this.#options = options;
    this.#openedAt = clock.now();
    this.log = options.log.child({ device: link.device.deviceId, session: this.id.slice(0, 8) });
    this.#tools = new SessionTools({
      sourcesFor: options.sourcesFor,
      caller: { deviceId: link.device.deviceId, setPrompt: (prompt) => this.#dialogue.setPrompt(prompt) },
      send: this.send,
      clock,
      log: this.log,
      timeoutMs: settings.toolTimeoutMs,
    });
    this.#dialogue = new Dialogue({ prompt: settings.prompt, maxTokens: settings.historyTokens });
    this.#summary = new RollingSummary({
      llm: options.stages.llm,
      dialogue: this.#dialogue,
      clock,
      log: this.log,
      timeoutMs: settings.limits.firstTokenMs,
    });
    this.#floor = new Floor(options.counters);
    this.#silence = new SilenceTimer(clock, settings.noVoiceMs, () => this.#closeForSilence());
    this.#ear = this.#openEar();
    link.attach(this.#events());
    this.log.info({ ip: link.device.ip, transport: link.transport }, "device connected");
  }

  #openEar(): Ear {
    const { stages, clock, counters, settings } = this.#options;
    return new Ear({
      vad: stages.vad,
      clock,
      timeoutMs: settings.limits.vadMs,
      onUtterance: (utterance) => this.#startTurn(utterance),
      onVoice: () => this.#silence.touch(),
      onError: (error) => {
        this.log.error({ error }, "could not listen to a frame");
        counters.failure("vad", codeOf(error));
      },
      onDeaf: () => this.say(settings.apology),
    });
  }

  #events(): LinkEvents {
    return {
      sessionId: this.id,
      onText: (text) => this.#receive(text),
      onAudio: (packet) => {
        this.#options.counters.frame("up");
        this.#ear.accept(packet);
      },
      say: (text) => this.say(text),
      onClose: () => this.#end(),
    };
  }

  get device(): DeviceIdentity {
    return this.#link.device;
  }

  get transport(): string {
    return this.#link.transport;
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
    this.#wantsEchoCancelled = features["aec"] === true;
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
    this.#mode = mode;
    this.#ear.start(mode);
  }

  stopListening(): void {
    this.#ear.stop();
  }

  takeText(text: string): void {
    this.#silence.touch();
    this.#ear.clear();
    this.#startTurn(text);
  }

  interrupt(): void {
    // Without a turn the device may still wait for the end of one that it no longer hears of.
    if (!this.#floor.interrupt("abort")) this.send({ type: "tts", state: "stop", session_id: this.id });
  }

  /** Says a text that nobody asked for, once it is quiet; resolves when it has been said, or was interrupted. */
  async say(text: string): Promise<void> {
    if (this.#isClosed) return;
    const turn = this.#createTurn((next) => this.#floor.take(next, true));
    const saying = turn.announce(text).then(() => this.#endTurn(turn, undefined));
    this.#floor.add(turn, saying);
    await saying;
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

  #startTurn(input: Utterance | string): void {
    if (this.#isClosed) return;
    this.#summary.stop();
    // In manual mode the device's own finger interrupts, otherwise words do, or a voice.
    const turn = this.#createTurn((next) => this.#floor.take(next, this.#mode === "manual"));
    this.#floor.add(
      turn,
      turn.run(input).then((report) => this.#endTurn(turn, report)),
    );
    if (typeof input !== "string" && this.#isFreeOfEcho) this.#floor.claim(turn);
  }

  /** Whether what this device sends is free of its own voice. */
  get #isFreeOfEcho(): boolean {
    return this.#options.settings.voiceInterrupts && this.#mode === "realtime" && !this.#wantsEchoCancelled;
  }

  #createTurn(takeFloor: TurnOptions["takeFloor"]): Turn {
    const { stages, outlookOf, pacer, counters, clock, settings } = this.#options;
    this.#begun++;
    return new Turn({
      id: this.#begun,
      stages,
      outlookOf,
      tools: this.#tools.catalogue,
      dialogue: this.#dialogue,
      pacer,
      counters,
      clock,
      log: this.log,
      apology: settings.apology,
      limits: settings.limits,
      speculates: settings.speculates,
      answersUnclear: () => !this.#floor.isTaken && this.#unclearInARow < UNCLEAR_ANSWERS,
      takeFloor,
      output: {
        deviceId: this.#link.device.deviceId,
        sessionId: this.id,
        showsEmotions: this.#showsEmotions,
        send: this.send,
        sendAudio: (packet) => this.#sendAudio(packet),
      },
    });
  }

  #sendAudio(packet: Uint8Array): void {
    this.#silence.touch();
    this.#options.counters.frame("down");
    this.#link.sendAudio(packet);
  }

  #endTurn(turn: Turn, report: TurnReport | undefined): void {
    this.#floor.remove(turn);
    if (!report) return;
    this.#turnCount++;
    this.#unclearInARow = report.heard === UNCLEAR ? this.#unclearInARow + 1 : 0;
    this.#options.onTurn(report);
    if (turn.endsSession) this.close();
    else if (this.#options.settings.sumsUp && !this.#floor.isTaken) this.#summary.begin();
  }

  #closeForSilence(): void {
    this.log.info("closing the connection: nobody has spoken for a while");
    this.close();
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#silence.stop();
    this.#floor.clear();
    this.#summary.stop();
    this.#ear.close();
    this.#tools.close();
    const { refusedPackets } = this.#ear;
    const seconds = Math.round((this.clock.now() - this.#openedAt) / 1000);
    this.log.info({ seconds, turns: this.#turnCount, refusedPackets }, "device disconnected");
    this.#options.onClose(this);
  }
}
