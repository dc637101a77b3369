import type { Microphone } from "../audio/microphone.ts";
import type { SoundInEvents } from "../audio/sound-in.ts";
import type { WakeWord, WakeWordPart } from "../hardware/wake-word.ts";
import type { DeviceState } from "./states.ts";
import { VoiceActivity } from "./voice-activity.ts";
import { WakeSound } from "./wake-sound.ts";

export interface EarsParts {
  readonly createMicrophone: (events: SoundInEvents) => Microphone;
  readonly wakeWord: WakeWordPart | undefined;
  /** Whether the sound of the wake word goes to the server, where the microphone hears it. */
  readonly sendsWakeSound: () => boolean;
  /** A packet for the server. */
  readonly onPacket: (packet: Uint8Array, isVoice: boolean) => void;
  readonly onWake: (text: string) => void;
  readonly onPrompt: (text: string) => void;
  /** Somebody begins or ends to speak to the server. */
  readonly onVoice: (isVoice: boolean) => void;
}

/** Who hears the microphone: the server while the device listens, the wake word detector when it may find its words. */
export class Ears {
  readonly #parts: EarsParts;
  readonly #microphone: Microphone;
  readonly #detector: WakeWord | undefined;
  readonly #activity = new VoiceActivity();
  readonly #sound = new WakeSound();
  #isOpen = false;
  #isWaiting = false;
  #keepsSound = false;
  #isVoice = false;

  constructor(parts: EarsParts) {
    this.#parts = parts;
    this.#microphone = parts.createMicrophone({
      onPacket: (packet) => this.#take(packet),
      onSound: (pcm) => this.#hear(pcm),
    });
    this.#detector = parts.wakeWord?.create({
      onWake: parts.onWake,
      onPrompt: parts.onPrompt,
      onVoice: (isVoice) => this.#spoken(isVoice),
    });
  }

  /** The server hears. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** From now on the server hears; harmless while it does. */
  open(): void {
    this.#isOpen = true;
    this.#activity.reset();
    this.#run();
  }

  close(): void {
    this.#isOpen = false;
    this.#show(false);
    this.#run();
  }

  /** The detector waits for its words in the states in which they mean something. */
  follow(state: DeviceState, isFullDuplex: boolean): void {
    const part = this.#parts.wakeWord;
    const isAtRest = state === "idle";
    this.#keepsSound = isAtRest && !!part?.hearsMicrophone && this.#parts.sendsWakeSound();
    if (!isAtRest) this.#sound.take();
    if (!part || state === "activating") return;
    const inAnswer = isFullDuplex ? part.worksWhileListening : part.worksWhileSpeaking;
    this.#isWaiting =
      isAtRest || (state === "listening" && !!part.worksWhileListening) || (state === "speaking" && !!inAnswer);
    if (this.#isWaiting) this.#detector?.start();
    else this.#detector?.stop();
    this.#run();
  }

  /** What was heard up to now, in packets; undefined where that is not for the server. */
  takeWakeSound(): Uint8Array[] | undefined {
    return this.#keepsSound ? this.#sound.take() : undefined;
  }

  #run(): void {
    if (this.#isOpen || (this.#isWaiting && this.#parts.wakeWord?.hearsMicrophone)) {
      this.#microphone.start(this.#isOpen || this.#keepsSound);
    } else this.#microphone.stop();
  }

  #take(packet: Uint8Array): void {
    if (this.#isOpen) this.#send(packet);
    else if (this.#keepsSound) this.#sound.keep(packet);
  }

  #hear(pcm: Uint8Array): void {
    if (this.#isWaiting && this.#parts.wakeWord?.hearsMicrophone) this.#detector?.hear?.(pcm);
  }

  #send(packet: Uint8Array): void {
    this.#activity.heard(packet);
    const { isVoice } = this.#activity;
    if (!this.#parts.wakeWord?.reportsVoice) this.#show(isVoice);
    this.#parts.onPacket(packet, isVoice);
  }

  #spoken(isVoice: boolean): void {
    if (this.#isOpen) this.#show(isVoice);
  }

  #show(isVoice: boolean): void {
    if (isVoice === this.#isVoice) return;
    this.#isVoice = isVoice;
    this.#parts.onVoice(isVoice);
  }
}
