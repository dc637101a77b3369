import { frozen } from "../../protocol/frozen.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Notify, ToDevice, Tts } from "../../protocol/to-device.ts";
import type { ListenMode } from "../../protocol/to-server.ts";
import { log, reason } from "../system/log.ts";
import type { Channel } from "../transport/channel.ts";
import { Answer } from "./answer.ts";
import { Ears } from "./ears.ts";
import { FollowUp } from "./follow-up.ts";
import { Notification } from "./notification.ts";
import type { SessionParts, WakeCall } from "./session-parts.ts";
import type { DeviceState } from "./states.ts";

/** What means something outside of a conversation, beside calls of tools. */
const ATTENDED: readonly string[] = frozen(["alert", "system", "speak_request", "notify"]);

/** Before a restart the answer gets so long to leave, and then the connection to end. */
const REBOOT_STEP_MS = 1000;

/**
 * The conversation: what clicks, the server and the end of playback do in each state (spec: device event table).
 * Sound goes up only while the device listens, and is heard only while it speaks.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #ears: Ears;
  readonly #answer: Answer;
  readonly #followUp: FollowUp;
  #channel: Channel | undefined;
  /** The one at whose other end is another device. */
  #callChannel: Channel | undefined;
  /** While it plays, the device speaks without a conversation. */
  #notification: Notification | undefined;
  #mode: ListenMode = "auto";
  /** What the server was told last. */
  #heardAs: ListenMode | undefined;
  /** The finger left the button before the channel was open. */
  #isReleased = false;
  #serverCancelsEcho = false;
  /** The channel is opened because the server wants to speak. */
  #isCalled = false;
  /** What the server hears first when the channel is open. */
  #call: WakeCall | undefined;
  /** A short sound says that the device listens: somebody woke it who may not be looking at it. */
  #isChimeDue = false;
  /** The device listens because it has just answered. */
  #isAfterAnswer = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#answer = new Answer(parts.clock, parts.speaker);
    this.#followUp = new FollowUp(parts.clock, () => this.#hangUp());
    this.#ears = new Ears({
      ...parts,
      onPacket: (packet, isVoice) => this.#sendAudio(packet, isVoice),
      onWake: (text) => this.wake(text),
      onPrompt: (text) => this.prompt(text),
    });
    parts.speaker.onPlayed = (timestamp) => (this.#notification ?? this.#answer).played(timestamp);
    parts.machine.onMove((state) => this.#entered(state));
  }

  get #defaultMode(): ListenMode {
    return this.#parts.echoCancel() ? "realtime" : "auto";
  }

  get #isInCall(): boolean {
    return this.#channel !== undefined && this.#channel === this.#callChannel;
  }

  get #state(): DeviceState {
    return this.#parts.machine.state;
  }

  /** A click: begins a conversation, interrupts an answer, or ends the conversation. */
  toggle(): void {
    this.#endNotification();
    if (this.#isInCall) this.#hangUp();
    else if (this.#state === "idle") this.#converse(this.#defaultMode);
    else if (this.#state === "listening") this.#hangUp();
    // A server that does not react is gone, or will not be stopped.
    else if (this.#state === "speaking" && this.#answer.isAbortIgnored) this.#hangUp();
    else if (this.#state === "speaking") this.#abort();
  }

  /** The wake word was heard: begins a conversation, or interrupts an answer to listen. */
  wake(text: string): void {
    this.#endNotification();
    if (this.#state === "idle") {
      const packets = this.#ears.takeWakeSound();
      this.#converse(this.#defaultMode, packets ? { text, packets } : "chime");
    } else if (!this.#isInCall && (this.#state === "speaking" || this.#state === "listening")) this.#interrupt();
    else log.info("wake word ignored", { state: this.#state });
  }

  /** The board speaks for its user: the text is what the user would have said. */
  prompt(text: string): void {
    this.#endNotification();
    if (this.#isInCall) this.#hangUp();
    else if (this.#state === "idle") this.#converse(this.#defaultMode, { text, packets: [] });
    else if (this.#state === "speaking") this.#abort();
    else if (this.#state === "listening") this.#hangUp();
    else log.info("prompt ignored", { state: this.#state });
  }

  /** Somebody wants the user: the server of a new conversation is told why. False when the device is not at rest. */
  summon(text: string): boolean {
    this.#endNotification();
    if (this.#state !== "idle") return false;
    this.#converse(this.#defaultMode, { text, packets: [] });
    return true;
  }

  /** Ends the conversation, if there is one. */
  end(): void {
    if (this.#channel) this.#hangUp();
  }

  /** Ends the conversation and restarts the device, a moment from now. */
  reboot(): void {
    const { clock, restart } = this.#parts;
    clock.schedule(REBOOT_STEP_MS, () => {
      this.#hangUp();
      clock.schedule(REBOOT_STEP_MS, restart);
    });
  }

  /** The button is held down: listen until it is released. */
  press(): void {
    this.#endNotification();
    if (this.#isInCall) this.#hangUp();
    else if (this.#state === "idle") this.#converse("manual");
    else if (this.#state === "speaking") {
      this.#abort();
      this.#mode = "manual";
      this.#parts.machine.move("listening");
    }
  }

  /** The button is released: the utterance is complete. The channel stays open for the answer. */
  release(): void {
    if (this.#state === "connecting") this.#isReleased = true;
    if (this.#state !== "listening") return;
    this.#say({ type: "listen", state: "stop" });
    this.#parts.machine.move("idle");
  }

  /** A message outside of a conversation, from a server that stays connected; `reply` sends one back. */
  attend(message: ToDevice, reply: (text: string) => void): void {
    const { type } = message;
    if (type === "mcp") {
      this.#parts.mcp.handle(message.payload, (payload) => {
        reply(JSON.stringify({ session_id: "", type: "mcp", payload }));
      });
    } else if (ATTENDED.includes(type)) this.#receive(message);
    else log.info("message outside of a conversation ignored", { type });
  }

  /** The server gets the call, if there is one; without, the device may give a sign itself. */
  #converse(mode: ListenMode, sign?: WakeCall | "chime"): void {
    this.#mode = mode;
    this.#call = sign === "chime" ? undefined : sign;
    this.#isChimeDue = sign === "chime";
    if (!this.#channel?.isOpen) return this.#connect();
    this.#isAfterAnswer = false;
    this.#begin();
  }

  #connect(isCalled = false): void {
    this.#isCalled = isCalled;
    this.#isReleased = false;
    this.#isAfterAnswer = false;
    this.#channel?.close();
    if (!this.#parts.machine.move("connecting")) return;
    this.#serverCancelsEcho = this.#parts.echoCancel() === "server";
    this.#answer.reset();
    this.#parts.mcp.begin();
    try {
      this.#channel = this.#parts.openChannel({
        onOpen: () => this.#opened(),
        onMessage: (message) => this.#receive(message),
        onAudio: (packet, timestamp, lost) => this.#answer.hear({ packet, timestamp, lost }, this.#isInAnswer),
        onClose: (error) => this.#closed(error),
      });
    } catch (error) {
      this.#closed(reason(error));
    }
  }

  #opened(): void {
    if (this.#isCalled) return this.#awaitSpeech();
    // Pressed and released while still connecting: nothing was said.
    if (this.#isReleased) this.#parts.machine.move("idle");
    else this.#begin();
  }

  /** First the sound of the wake word, then what was recognised, then what follows it. */
  #begin(): void {
    const call = this.#call;
    this.#call = undefined;
    for (const packet of call?.packets ?? []) this.#channel?.sendAudio(packet, 0);
    if (call) this.#say({ type: "listen", state: "detect", text: call.text });
    this.#parts.machine.move("listening");
  }

  /** The server wants to speak: only a device at rest lets it. */
  #called(): void {
    if (this.#state !== "idle") return log.info("speak request ignored", { state: this.#state });
    this.#mode = this.#defaultMode;
    if (this.#channel?.isOpen) this.#awaitSpeech();
    else this.#connect(true);
  }

  /** At rest, with an open channel; the server's `tts start` does the rest. */
  #awaitSpeech(): void {
    this.#parts.machine.move("idle");
    this.#say({ type: "speak_ready", state: "ready" });
  }

  /** Another device is at the other end from now on: both speak and hear at the same time. */
  #joinCall(): void {
    this.#mode = "realtime";
    if (!this.#channel || !this.#parts.machine.move("speaking")) return;
    this.#callChannel = this.#channel;
    this.#answer.begin();
    this.#ears.open();
  }

  #notify(message: Notify): void {
    if (this.#state !== "idle") return log.info("notification ignored", { state: this.#state });
    const { onAlert: onText } = this.#parts;
    this.#notification = new Notification(message, { ...this.#parts, onText, onEnd: () => this.#endNotification() });
    this.#parts.machine.move("speaking");
  }

  /** Back at rest, from where whatever ended it goes on. */
  #endNotification(): void {
    const notification = this.#notification;
    if (!notification) return;
    this.#notification = undefined;
    notification.stop();
    this.#parts.machine.move("idle");
  }

  #closed(error: string | undefined): void {
    this.#channel = undefined;
    this.#isChimeDue = false;
    // What is still queued is the end of an answer, for example a goodbye: it is played out.
    if (this.#isInAnswer) this.#answer.complete();
    if (!this.#notification) this.#parts.machine.move("idle");
    if (error !== undefined) this.#parts.onAlert(error, "cancel", "exclamation");
  }

  #hangUp(): void {
    this.#endNotification();
    this.#channel?.close();
    this.#channel = undefined;
    this.#answer.silence();
    this.#parts.machine.move("idle");
  }

  #abort(why?: string): void {
    this.#say({ type: "abort", ...(why !== undefined && { reason: why }) });
    if (this.#state === "speaking") this.#answer.mute();
    else this.#answer.silence();
  }

  /** By the wake word: what was being said is dropped, and the device listens anew. */
  #interrupt(): void {
    this.#abort("wake_word_detected");
    this.#mode = this.#defaultMode;
    this.#isAfterAnswer = false;
    this.#isChimeDue = true;
    if (this.#state === "speaking") this.#parts.machine.move("listening");
    else this.#listen();
  }

  #sendAudio(packet: Uint8Array, isVoice: boolean): void {
    this.#channel?.sendAudio(packet, this.#serverCancelsEcho ? this.#answer.takeEchoTime() : 0);
    if (isVoice) this.#followUp.extend();
  }

  #say(message: { readonly type: string; readonly [member: string]: unknown }): void {
    this.#channel?.sendText(JSON.stringify({ session_id: this.#channel.sessionId, ...message }));
  }

  #entered(state: DeviceState): void {
    const isFullDuplex = this.#mode === "realtime" && !this.#notification;
    if (state !== "listening") this.#followUp.close();
    this.#ears.follow(state, isFullDuplex);
    if (state === "listening") this.#beginListening();
    else if (state !== "speaking" || !isFullDuplex) this.#ears.close();
  }

  /** In auto mode the device lets its own voice end first, so that it does not hear itself. */
  #beginListening(): void {
    if (this.#isHeardAs(this.#mode)) this.#openFollowUp();
    else if (this.#mode !== "auto") this.#listen();
    else this.#parts.speaker.whenDrained(() => this.#listen());
  }

  /** In full duplex the server knows since the first time that it hears the device. */
  #isHeardAs(mode: ListenMode): boolean {
    return this.#ears.isOpen && this.#heardAs === mode && !this.#isChimeDue;
  }

  #listen(): void {
    if (this.#state !== "listening" || this.#isHeardAs(this.#mode)) return;
    this.#heardAs = this.#mode;
    this.#say({ type: "listen", state: "start", mode: this.#mode });
    this.#ears.open();
    this.#answer.forgetEchoTimes();
    if (this.#isChimeDue) this.#parts.speaker.chime();
    this.#isChimeDue = false;
    this.#openFollowUp();
  }

  #openFollowUp(): void {
    const ms = this.#parts.followUpMs();
    if (this.#isAfterAnswer && ms > 0) this.#followUp.open(ms);
  }

  /** The server speaks, in a conversation. */
  get #isInAnswer(): boolean {
    return this.#state === "speaking" && !this.#notification;
  }

  #receive(message: ToDevice): void {
    this.#parts.onMessage?.(message);
    switch (message.type) {
      case "tts":
        return this.#spoken(message);
      case "mcp":
        return this.#answerTool(message.payload);
      case "alert":
        return this.#parts.onAlert(`${message.status}: ${message.message}`, message.emotion, "vibration");
      case "system":
        return this.#command(message.command);
      case "speak_request":
        return this.#called();
      case "notify":
        return this.#notify(message);
      case "call_accepted":
        return this.#joinCall();
      default:
      // stt and llm are for a screen; the other types are the channel's, or not for a device
    }
  }

  /** A tool may take its time; the answer goes only to the connection that asked. */
  #answerTool(payload: JsonObject): void {
    const asker = this.#channel;
    this.#parts.mcp.handle(payload, (answer) => {
      if (this.#channel === asker) this.#say({ type: "mcp", payload: answer });
    });
  }

  #command(command: string): void {
    if (command !== "reboot") return log.info("system command ignored", { command });
    this.reboot();
  }

  #spoken({ state }: Tts): void {
    if (state === "start") this.#startAnswer();
    else if (state === "stop") {
      this.#answer.unmute();
      if (this.#isInAnswer) this.#answered();
    }
  }

  /** A second start in an answer means nothing, except that the server has heard of an abort. */
  #startAnswer(): void {
    this.#endNotification();
    if (this.#isInAnswer && !this.#answer.isMuted) return;
    if (this.#parts.machine.move("speaking")) this.#answer.begin();
  }

  #answered(): void {
    this.#answer.complete();
    this.#isAfterAnswer = true;
    // With a window to go on in, who held the button for the question need not hold it again.
    if (this.#mode === "manual" && this.#parts.followUpMs() > 0) this.#mode = "auto";
    this.#parts.machine.move(this.#mode === "manual" ? "idle" : "listening");
  }
}
