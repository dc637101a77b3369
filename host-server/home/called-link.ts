import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { DeviceLink, LinkEvents } from "../session/link.ts";
import type { Claim, Claims, Verdict } from "./claims.ts";
import { loudnessOf } from "./loudness.ts";

/** Packets that may be the sound of a wake word: two seconds, and what a device keeps at most. */
const WAKE_PACKETS = 34;
/** So many before a device has ever listened are no accident: they are what it woke by. */
const FEWEST_WAKE_PACKETS = 5;
/** Messages and packets that wait for what is decided; a device that sends more than in four seconds loses the oldest. */
const MAX_HELD = 100;
const LISTEN_OR_ABORT = /"(listen|abort)"/;

export interface CalledLinkOptions {
  readonly claims: Claims;
  readonly home: string;
  readonly isWakeWord: (text: string) => boolean;
  /** Whether it matters how loud a call is. */
  readonly needsLoudness: boolean;
  /** This device was called by its wake word, and answers. */
  readonly onAnswer?: () => void;
  /** Another device of this home answers: the link is closed. */
  readonly onSilenced: () => void;
}

/** What a message of the device means here. */
type Sign = "called" | "interrupted" | "listens" | undefined;

/**
 * The same link; when its device is called, its session hears of that only when this is the device that is to answer. Otherwise the
 * link is closed, by which every device comes to rest.
 */
export function calledLink(link: DeviceLink, options: CalledLinkOptions): DeviceLink {
  options.claims.meet(options.home, link.device.deviceId);
  return {
    device: link.device,
    transport: link.transport,
    get greeting() {
      return link.greeting ?? {};
    },
    attach: (events) => link.attach(new CalledEvents(link, events, options)),
    sendText: (text) => link.sendText(text),
    sendAudio: (packet, timestamp) => link.sendAudio(packet, timestamp),
    close: () => link.close(),
  };
}

class CalledEvents implements LinkEvents {
  readonly #link: DeviceLink;
  readonly #events: LinkEvents;
  readonly #options: CalledLinkOptions;
  readonly say?: (text: string) => Promise<void>;
  /** What came last of the microphone. */
  #sound: Uint8Array[] = [];
  #packets = 0;
  #hasListened = false;
  #claim: Claim | undefined;
  /** What the session is to be given when this device answers. */
  #held: (() => void)[] | undefined;
  #isSilenced = false;
  /** This device has done something since it was called. */
  #hasServed = true;

  constructor(link: DeviceLink, events: LinkEvents, options: CalledLinkOptions) {
    this.#link = link;
    this.#events = events;
    this.#options = options;
    if (events.say) this.say = (text) => events.say?.(text) ?? Promise.resolve();
  }

  get sessionId(): string {
    return this.#events.sessionId;
  }

  onText(text: string): void {
    const deliver = () => this.#events.onText(text);
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

  onAudio(packet: Uint8Array, timestamp: number): void {
    this.#packets++;
    if (this.#options.needsLoudness) {
      this.#sound.push(packet);
      if (this.#sound.length > WAKE_PACKETS) this.#sound.shift();
    }
    if (this.#held || this.#isSilenced) return this.#hold(() => this.#events.onAudio(packet, timestamp));
    this.#serve();
    this.#events.onAudio(packet, timestamp);
  }

  onClose(): void {
    this.#claim?.withdraw();
    this.#held = undefined;
    this.#events.onClose();
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
    const { claims, home, needsLoudness } = this.#options;
    const { deviceId: device } = this.#link.device;
    const loudness = needsLoudness && isSure ? loudnessOf(this.#sound) : undefined;
    this.#sound = [];
    this.#hasServed = false;
    const onVerdict = (verdict: Verdict) => {
      if (isSure && verdict === "answer") this.#options.onAnswer?.();
      this.#obey(verdict);
    };
    this.#claim = claims.claim(home, { device, loudness, isSure, onVerdict });
  }

  #obey(verdict: Verdict): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (verdict === "silent") {
      this.#isSilenced = true;
      this.#options.onSilenced();
      return this.#link.close();
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
    return hasSound || (typeof word === "string" && this.#options.isWakeWord(word)) ? "called" : undefined;
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
