import type { McpServer } from "../../mcp/server.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { ToDevice, Tts } from "../../protocol/to-device.ts";
import type { ListenMode } from "../../protocol/to-server.ts";
import type { Microphone } from "../audio/microphone.ts";
import type { Speaker } from "../audio/speaker.ts";
import { log, reason } from "../system/log.ts";
import type { Channel, OpenChannel } from "../transport/channel.ts";
import { EarlyAudio } from "./early-audio.ts";
import { FollowUp } from "./follow-up.ts";
import type { StateMachine } from "./state-machine.ts";
import type { DeviceState } from "./states.ts";

export interface SessionParts {
  readonly clock: Clock;
  readonly machine: StateMachine;
  readonly openChannel: OpenChannel;
  readonly createMicrophone: (onPacket: (packet: Uint8Array) => void) => Microphone;
  readonly speaker: Speaker;
  readonly mcp: McpServer;
  /** How a click begins to listen: `auto`, or `realtime` on boards that cancel their own echo. */
  readonly defaultMode: ListenMode;
  /** ms after an answer in which the user may go on without a click; 0: the server decides how long to listen. */
  readonly followUpMs: () => number;
  /** A line that the user should see. */
  readonly onAlert: (text: string) => void;
  readonly restart: () => void;
}

/** Before a restart the answer gets so long to leave, and then the connection to end. */
const REBOOT_STEP_MS = 1000;

/**
 * The conversation: what clicks, the server and the end of playback do in each state (spec: device event table).
 * Sound goes up only while the device listens, and is heard only while it speaks.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #microphone: Microphone;
  readonly #early: EarlyAudio;
  readonly #followUp: FollowUp;
  #channel: Channel | undefined;
  #mode: ListenMode;
  /** The finger left the button before the channel was open. */
  #isReleased = false;
  /** The channel is opened because the server wants to speak. */
  #isCalled = false;
  /** After an abort the rest of the answer is on its way; it must not be heard. */
  #isMuted = false;
  /** The device listens because it has just answered. */
  #isAfterAnswer = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#mode = parts.defaultMode;
    this.#early = new EarlyAudio(parts.clock);
    this.#followUp = new FollowUp(parts.clock, () => this.#hangUp());
    this.#microphone = parts.createMicrophone((packet) => this.#sendAudio(packet));
    parts.machine.onMove((state) => this.#entered(state));
  }

  get #state(): DeviceState {
    return this.#parts.machine.state;
  }

  /** A click: begins a conversation, interrupts an answer, or ends the conversation. */
  toggle(): void {
    if (this.#state === "idle") this.#converse(this.#parts.defaultMode);
    else if (this.#state === "speaking") this.#abort();
    else if (this.#state === "listening") this.#hangUp();
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
    if (this.#state === "idle") this.#converse("manual");
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
    } else if (type === "alert" || type === "system" || type === "speak_request") this.#receive(message);
    else log.info("message outside of a conversation ignored", { type });
  }

  #converse(mode: ListenMode): void {
    this.#mode = mode;
    if (!this.#channel?.isOpen) return this.#connect(false);
    this.#isAfterAnswer = false;
    this.#parts.machine.move("listening");
  }

  #connect(isCalled: boolean): void {
    this.#isCalled = isCalled;
    this.#isReleased = false;
    this.#isAfterAnswer = false;
    this.#channel?.close();
    if (!this.#parts.machine.move("connecting")) return;
    this.#isMuted = false;
    this.#early.take();
    this.#parts.mcp.begin();
    try {
      this.#channel = this.#parts.openChannel({
        onOpen: () => this.#opened(),
        onMessage: (message) => this.#receive(message),
        onAudio: (packet) => this.#hear(packet),
        onClose: (error) => this.#closed(error),
      });
    } catch (error) {
      this.#closed(reason(error));
    }
  }

  #opened(): void {
    if (this.#isCalled) return this.#awaitSpeech();
    // Pressed and released while still connecting: nothing was said.
    this.#parts.machine.move(this.#isReleased ? "idle" : "listening");
  }

  /** The server wants to speak: only a device at rest lets it. */
  #called(): void {
    if (this.#state !== "idle") return log.info("speak request ignored", { state: this.#state });
    this.#mode = this.#parts.defaultMode;
    if (this.#channel?.isOpen) this.#awaitSpeech();
    else this.#connect(true);
  }

  /** At rest, with an open channel; the server's `tts start` does the rest. */
  #awaitSpeech(): void {
    this.#parts.machine.move("idle");
    this.#say({ type: "speak_ready", state: "ready" });
  }

  #closed(error: string | undefined): void {
    this.#channel = undefined;
    this.#endAnswer();
    // What is still queued is the end of an answer, for example a goodbye: it is played out.
    this.#parts.machine.move("idle");
    if (error !== undefined) this.#parts.onAlert(error);
  }

  #hangUp(): void {
    this.#channel?.close();
    this.#channel = undefined;
    this.#parts.speaker.flush();
    this.#parts.machine.move("idle");
  }

  #abort(): void {
    this.#say({ type: "abort" });
    this.#isMuted = true;
    this.#parts.speaker.flush();
  }

  #sendAudio(packet: Uint8Array): void {
    this.#channel?.sendAudio(packet);
    this.#followUp.heard(packet);
  }

  #say(message: { readonly type: string; readonly [member: string]: unknown }): void {
    this.#channel?.sendText(JSON.stringify({ session_id: this.#channel.sessionId, ...message }));
  }

  #entered(state: DeviceState): void {
    if (state !== "listening") this.#followUp.close();
    if (state === "listening") this.#beginListening();
    else if (state === "speaking") {
      if (this.#mode !== "realtime") this.#microphone.stop();
    } else this.#microphone.stop();
  }

  /** In auto mode the device lets its own voice end first, so that it does not hear itself. */
  #beginListening(): void {
    if (this.#microphone.isRunning) return this.#openFollowUp();
    if (this.#mode !== "auto") return this.#listen();
    this.#parts.speaker.whenDrained(() => this.#listen());
  }

  #listen(): void {
    if (this.#state !== "listening" || this.#microphone.isRunning) return;
    this.#say({ type: "listen", state: "start", mode: this.#mode });
    this.#microphone.start();
    this.#openFollowUp();
  }

  #openFollowUp(): void {
    const ms = this.#parts.followUpMs();
    if (this.#isAfterAnswer && ms > 0) this.#followUp.open(ms);
  }

  #hear(packet: Uint8Array): void {
    if (this.#isMuted) return;
    if (this.#state === "speaking") this.#parts.speaker.play(packet);
    else this.#early.hold(packet);
  }

  #receive(message: ToDevice): void {
    switch (message.type) {
      case "tts":
        return this.#spoken(message);
      case "mcp":
        return this.#answerTool(message.payload);
      case "alert":
        return this.#parts.onAlert(`${message.status}: ${message.message}`);
      case "system":
        return this.#command(message.command);
      case "speak_request":
        return this.#called();
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
    if (state === "start" && this.#parts.machine.move("speaking")) this.#beginAnswer();
    else if (state === "stop") {
      this.#isMuted = false;
      if (this.#state === "speaking") this.#answered();
    }
  }

  #beginAnswer(): void {
    this.#isMuted = false;
    this.#parts.speaker.flush();
    for (const packet of this.#early.take()) this.#parts.speaker.play(packet);
  }

  #answered(): void {
    this.#endAnswer();
    this.#isAfterAnswer = true;
    // With a window to go on in, who held the button for the question need not hold it again.
    if (this.#mode === "manual" && this.#parts.followUpMs() > 0) this.#mode = "auto";
    this.#parts.machine.move(this.#mode === "manual" ? "idle" : "listening");
  }

  #endAnswer(): void {
    if (this.#state !== "speaking") return;
    this.#parts.speaker.complete();
    log.info("answer received", { ...this.#parts.speaker.takeCounts() });
  }
}
