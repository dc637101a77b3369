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
import type { Log } from "../log.ts";
import type { ToolSource } from "../tools/source.ts";
import { Activity, type ActivityEvents } from "./activity.ts";
import type { Conversation, Handler } from "./conversation.ts";
import { isEchoed } from "./echo.ts";
import { handlers } from "./handlers/table.ts";
import type { DeviceIdentity, DeviceLink, LinkEvents } from "./link.ts";
import type { SessionOptions } from "./session-options.ts";
import { SessionTools } from "./session-tools.ts";
import { Recollection } from "./talk/recollection.ts";
import { Talk, type Talker } from "./talk/talk.ts";

/**
 * One connected device: its messages in, its turns out. Nothing that it sends ends the session. What turns need is made when somebody
 * first talks: of ten thousand devices most only wait, and what each of them takes is a server's memory.
 */
export class Session implements Conversation, LinkEvents, ActivityEvents, Talker {
  readonly id: string = randomUUID();
  readonly tools: SessionTools;
  readonly recollection: Recollection | undefined;
  readonly #link: DeviceLink;
  readonly #options: SessionOptions;
  readonly #activity: Activity;
  readonly #openedAt: number;
  #log: Log | undefined;
  #showsEmotions = true;
  #leavesEcho = false;
  #hasTools = false;
  #talk: Talk | undefined;
  #isClosed = false;

  constructor(link: DeviceLink, options: SessionOptions) {
    const { clock, settings, memory, deadlines } = options;
    this.#link = link;
    this.#options = options;
    this.#openedAt = clock.now();
    this.tools = new SessionTools(this, options);
    this.#activity = new Activity(deadlines, settings.noVoiceMs, this);
    const { log } = this;
    const { contextSources: sources } = settings;
    if (memory || sources.length > 0) {
      this.recollection = new Recollection({ deviceId: link.device.deviceId, memory, sources, clock, log });
    }
    link.attach(this);
    log.info({ ip: link.device.ip, transport: link.transport }, "device connected");
  }

  /** What names the session in each line: made when there is something to say, and kept once somebody talks. */
  get log(): Log {
    const { log } = this.#options;
    return this.#log ?? log.child({ device: this.device.deviceId, session: this.id.slice(0, 8) });
  }

  get sessionId(): string {
    return this.id;
  }

  get device(): DeviceIdentity {
    return this.#link.device;
  }

  /** The tools that the device itself brings. */
  get deviceTools(): readonly ToolSource[] {
    return this.tools.ofDevice;
  }

  get transport(): string {
    return this.#link.transport;
  }

  /** Somebody speaks or is being answered. */
  get isBusy(): boolean {
    return this.#talk?.isBusy ?? false;
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

  send(message: ToDevice): void {
    this.#link.sendText(JSON.stringify(message));
  }

  sendAudio(packet: Uint8Array, timestamp: number | undefined): void {
    this.#link.sendAudio(packet, timestamp);
  }

  touch(): void {
    this.#activity.touch();
  }

  meet(features: JsonObject): void {
    this.#showsEmotions = features["emoji"] !== false;
    this.#leavesEcho ||= features["aec"] === true;
    this.#talk?.meet({ showsEmotions: this.#showsEmotions, leavesEcho: this.#leavesEcho });
    if (features["mcp"] !== true || this.#hasTools) return;
    this.#hasTools = true;
    const { mcp } = this.tools;
    mcp.start().then(
      () => this.log.debug({ tools: mcp.list().length }, "device tools read"),
      (error: unknown) => {
        if (!this.#isClosed) this.log.warn({ error }, "the device's tools cannot be used");
      },
    );
  }

  acceptMcp(payload: JsonObject): void {
    this.tools.mcp.accept(payload);
  }

  acceptIot(things: Pick<Iot, "descriptors" | "states">): void {
    this.tools.iot.accept(things);
  }

  startListening(mode: ListenMode): void {
    this.touch();
    this.#open()?.startListening(mode);
  }

  stopListening(): void {
    this.#talk?.stopListening();
  }

  takeText(text: string): void {
    this.#open()?.takeText(text);
  }

  isWakeWord(text: string): boolean {
    return this.#options.settings.wakeWords.has(text);
  }

  greet(word: string): void {
    this.#open()?.greet(word);
  }

  interrupt(): void {
    // Without a turn the device may still wait for the end of one that it no longer hears of.
    if (!this.#talk?.interrupt()) this.send({ type: "tts", state: "stop", session_id: this.id });
  }

  /** Says a text that nobody asked for, once it is quiet; resolves when it has been said, or was interrupted. */
  async say(text: string): Promise<void> {
    await this.#open()?.say(text);
  }

  manage(command: ServerCommand): void {
    const result = this.#options.manage(command);
    if (result) this.send(result);
  }

  /** Ends every turn, tells the device to stop speaking, and closes the connection. */
  close(): void {
    this.#talk?.clear();
    this.#link.close();
    this.#end();
  }

  onText(text: string): void {
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

  onAudio(packet: Uint8Array, timestamp: number): void {
    this.#options.counters.frame("up");
    this.#activity.packet();
    this.#open()?.accept(packet, timestamp);
  }

  onSilence(): void {
    const { endPrompt } = this.#options.settings;
    if (endPrompt === undefined) this.onIdle();
    else this.#open()?.sayGoodbye(endPrompt);
  }

  onIdle(): void {
    this.log.info("closing the connection: nobody has spoken for a while");
    this.close();
  }

  onClose(): void {
    this.#end();
  }

  /** What somebody talks with, from now on; nobody begins to when the session is over. */
  #open(): Talk | undefined {
    if (this.#talk || this.#isClosed) return this.#talk;
    this.#log = this.log;
    const traits = { showsEmotions: this.#showsEmotions, leavesEcho: this.#leavesEcho };
    this.#talk = new Talk(this, this.#options, traits);
    return this.#talk;
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#activity.stop();
    this.#talk?.close();
    this.tools.close();
    const { turnCount: turns = 0, refusedPackets = 0 } = this.#talk ?? {};
    const seconds = Math.round((this.clock.now() - this.#openedAt) / 1000);
    this.log.info({ seconds, turns, refusedPackets }, "device disconnected");
    this.#options.onClose(this);
  }
}
