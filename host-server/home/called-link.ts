import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { DeviceLink } from "../session/link.ts";
import { LinkBetween } from "../session/link-between.ts";
import type { Phrases } from "../session/phrases.ts";
import type { Claim, Claims, Verdict } from "./claims.ts";
import { loudnessOf } from "./loudness.ts";

/** Packets that may be the sound of a wake word: two seconds, and what a device keeps at most. */
const WAKE_PACKETS = 34;
/** So many before a device has ever listened are no accident: they are what it woke by. */
const FEWEST_WAKE_PACKETS = 5;
/** Messages and packets that wait for what is decided; a device that sends more than in four seconds loses the oldest. */
const MAX_HELD = 100;
const LISTEN_OR_ABORT = /"(listen|abort)"/;

/** What is the same for all devices. */
export interface CalledRules {
  readonly claims: Claims;
  /** Whether it matters how loud a call is. */
  readonly needsLoudness: boolean;
  /** A device was called by its wake word, and answers. */
  onAnswer?(): void;
  /** Another device of its home answers: its link is closed. */
  onSilenced(deviceId: string): void;
}

export interface CalledLinkOptions {
  readonly rules: CalledRules;
  readonly home: string;
  readonly wakeWords: Pick<Phrases, "has">;
}

/** What a message of the device means here. */
type Sign = "called" | "interrupted" | "listens" | undefined;

/**
 * The same link; when its device is called, its session hears of that only when this is the device that is to answer. Otherwise the
 * link is closed, by which every device comes to rest.
 */
export class CalledLink extends LinkBetween {
  readonly #rules: CalledRules;
  readonly #home: string;
  readonly #wakeWords: Pick<Phrases, "has">;
  /** What came last of the microphone. */
  #sound: Uint8Array[] | undefined;
  #packets = 0;
  #hasListened = false;
  #claim: Claim | undefined;
  /** What the session is to be given when this device answers. */
  #held: (() => void)[] | undefined;
  #isSilenced = false;
  /** This device has done something since it was called. */
  #hasServed = true;

  constructor(link: DeviceLink, { rules, home, wakeWords }: CalledLinkOptions) {
    super(link);
    this.#rules = rules;
    this.#home = home;
    this.#wakeWords = wakeWords;
    rules.claims.meet(home, link.device.deviceId);
  }

  override onText(text: string): void {
    const deliver = () => super.onText(text);
    if (this.#held || this.#isSilenced) return this.#hold(deliver);
    const sign = this.#signIn(text);
    if (sign === undefined) {
      this.#serve();
      return deliver();
    }
    // What is being said is not to go on while it is decided.
    if (sign === "interrupted") deliver();
    this.#held = sign === "interrupted" ? [] : [deliver];
    this.#ask(sign !== "listens");
  }

  override onAudio(packet: Uint8Array, timestamp: number): void {
    this.#packets++;
    if (this.#rules.needsLoudness) {
      this.#sound ??= [];
      this.#sound.push(packet);
      if (this.#sound.length > WAKE_PACKETS) this.#sound.shift();
    }
    if (this.#held || this.#isSilenced) return this.#hold(() => super.onAudio(packet, timestamp));
    this.#serve();
    super.onAudio(packet, timestamp);
  }

  override onClose(): void {
    this.#claim?.withdraw();
    this.#held = undefined;
    super.onClose();
  }

  #serve(): void {
    if (this.#hasServed) return;
    this.#hasServed = true;
    this.#claim?.serve();
  }

  #hold(deliver: () => void): void {
    if (!this.#held) return;
    this.#held.push(deliver);
    if (this.#held.length > MAX_HELD) this.#held.shift();
  }

  #ask(isSure: boolean): void {
    const { claims, needsLoudness } = this.#rules;
    const { deviceId: device } = this.device;
    const loudness = needsLoudness && isSure ? loudnessOf(this.#sound ?? []) : undefined;
    this.#sound = undefined;
    this.#hasServed = false;
    const onVerdict = (verdict: Verdict) => {
      if (isSure && verdict === "answer") this.#rules.onAnswer?.();
      this.#obey(verdict);
    };
    this.#claim = claims.claim(this.#home, { device, loudness, isSure, onVerdict });
  }

  #obey(verdict: Verdict): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (verdict === "silent") {
      this.#isSilenced = true;
      this.#rules.onSilenced(this.device.deviceId);
      return this.close();
    }
    for (const deliver of held) deliver();
    // Who has sent more since it was called is there.
    if (held.length > 1) this.#serve();
  }

  #signIn(json: string): Sign {
    if (!LISTEN_OR_ABORT.test(json)) return undefined;
    const message = messageIn(json);
    const { type, state, mode, reason, text: word } = message ?? {};
    if (type === "abort") return reason === "wake_word_detected" ? "interrupted" : undefined;
    if (type !== "listen") return undefined;
    const isFirst = !this.#hasListened;
    if (state === "start" || state === "detect") this.#hasListened = true;
    if (state === "start") return isFirst && mode !== "manual" ? "listens" : undefined;
    if (state !== "detect") return undefined;
    const hasSound = isFirst && this.#packets >= FEWEST_WAKE_PACKETS;
    return hasSound || (typeof word === "string" && this.#wakeWords.has(word)) ? "called" : undefined;
  }
}

/** A message to look at; undefined for what is none: the session says what is wrong with it. */
function messageIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
