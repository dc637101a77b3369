import { type Clock, calendarTime } from "../../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import { createDecoder, type OpusDecoder } from "../../audio/opus.ts";
import type { TurnReport } from "../../pipeline/turn-report.ts";
import type { DeviceLink, LinkEvents } from "../../session/link.ts";
import { LinkBetween } from "../../session/link-between.ts";
import { deviceKey } from "../../storage/devices.ts";
import type { LiveEvent } from "../contract/live.ts";

/** ms between two levels. */
const LEVEL_MS = 200;
/** Hz of what devices send, and of what they are sent; a decoder gives any rate. */
const RATE = 16_000;
const MAX_LOG_FIELDS = 20;
const MAX_MESSAGE = 8_192;

/** Of pino. */
const LEVELS: Readonly<Record<string, string>> = {
  "10": "trace",
  "20": "debug",
  "30": "info",
  "40": "warn",
  "50": "error",
  "60": "fatal",
};

type Listener = (event: LiveEvent) => void;
type State = Extract<LiveEvent, { type: "state" }>["state"];

/** What somebody looks at of one device. */
interface Feed {
  readonly listeners: Set<Listener>;
  up: OpusDecoder | undefined;
  down: OpusDecoder | undefined;
  loudest: { up: number; down: number };
  levelAt: number;
}

/** Shows what devices do to those who look at them. A device that nobody looks at costs a look-up for each packet. */
export class LiveFeeds {
  readonly #clock: Clock;
  readonly #feeds = new Map<string, Feed>();
  /** What every connected device does, for those who begin to look. */
  readonly #states = new Map<string, { state: State; session: string }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tells `listener` what a device does, beginning with its state; gives what ends that. */
  watch(deviceId: string, listener: Listener): () => void {
    const key = deviceKey(deviceId);
    const feed = this.#feeds.get(key) ?? newFeed();
    this.#feeds.set(key, feed);
    feed.listeners.add(listener);
    const { state, session } = this.#states.get(key) ?? { state: "offline", session: null };
    listener({ type: "state", at: this.#now(), state, session });
    return () => {
      feed.listeners.delete(listener);
      if (feed.listeners.size > 0 || this.#feeds.get(key) !== feed) return;
      this.#feeds.delete(key);
      feed.up?.close();
      feed.down?.close();
    };
  }

  /** The same link, of which those who look see everything. */
  follow(link: DeviceLink): DeviceLink {
    return new FollowedLink(link, this);
  }

  /** A turn has ended. */
  turn({ device, turn, heard, speaker, said, stages, isInterrupted, tools }: TurnReport): void {
    const calls = tools.map(({ name, arguments: args, result }) => ({ name, arguments: args, result }));
    const whose = speaker !== undefined && { speaker };
    this.#tell(deviceKey(device), { type: "turn", turn, heard, ...whose, said, stages, isInterrupted, tools: calls });
  }

  /** A line of the log, as JSON. */
  log(line: string): void {
    if (this.#feeds.size === 0) return;
    const { level, msg, time: _, device, ...fields } = JSON.parse(line) as JsonObject;
    if (typeof device !== "string") return;
    const few = Object.fromEntries(Object.entries(fields).slice(0, MAX_LOG_FIELDS));
    const name = LEVELS[String(level)] ?? String(level);
    this.#tell(deviceKey(device), { type: "log", level: name, message: String(msg), fields: few });
  }

  /** A device has opened a session. */
  opened(key: string, session: string): void {
    this.#become(key, "idle", session);
  }

  /** A session of a device is over. */
  closed(key: string, session: string): void {
    if (this.#states.get(key)?.session === session) this.#become(key, "offline", session);
  }

  /** A message of the device. */
  said(key: string, text: string): void {
    const message = messageIn(text);
    if (message?.["type"] === "listen") this.#become(key, message["state"] === "stop" ? "thinking" : "listening");
  }

  /** A message to the device. */
  told(key: string, text: string): void {
    if (!this.#states.has(key)) return;
    const message = messageIn(text);
    const { text: said, emotion } = message ?? {};
    const words = typeof said === "string" ? said : "";
    if (message?.["type"] === "stt") {
      this.#tell(key, { type: "heard", text: words });
      this.#become(key, "thinking");
    } else if (message?.["type"] === "llm")
      this.#tell(key, { type: "emotion", emotion: typeof emotion === "string" ? emotion : "" });
    else if (message?.["type"] === "tts") {
      if (message["state"] === "sentence_start") this.#tell(key, { type: "said", text: words });
      if (message["state"] === "stop") this.#become(key, "idle");
      else this.#become(key, "speaking");
    }
  }

  /** Sound of the device, or to it. */
  heard(key: string, direction: "up" | "down", packet: Uint8Array): void {
    const feed = this.#feeds.get(key);
    if (!feed) return;
    feed[direction] ??= createDecoder({ sampleRate: RATE });
    feed.loudest[direction] = Math.max(feed.loudest[direction], loudness(feed[direction], packet));
    const now = this.#clock.now();
    if (now - feed.levelAt < LEVEL_MS) return;
    this.#tell(key, { type: "level", ...feed.loudest });
    feed.loudest = { up: 0, down: 0 };
    feed.levelAt = now;
  }

  #become(key: string, state: State, session = this.#states.get(key)?.session ?? ""): void {
    const before = this.#states.get(key);
    if (before?.state === state && before.session === session) return;
    if (state === "offline") this.#states.delete(key);
    else this.#states.set(key, { state, session });
    this.#tell(key, { type: "state", state, session: state === "offline" ? null : session });
  }

  #tell(key: string, event: WithoutTime<LiveEvent>): void {
    const feed = this.#feeds.get(key);
    if (!feed) return;
    const whole = { ...event, at: this.#now() } as LiveEvent;
    for (const listener of feed.listeners) listener(whole);
  }

  #now(): number {
    return Math.floor(calendarTime(this.#clock));
  }
}

/** A link that tells what passes. */
class FollowedLink extends LinkBetween {
  readonly #feeds: LiveFeeds;
  readonly #key: string;

  constructor(link: DeviceLink, feeds: LiveFeeds) {
    super(link);
    this.#feeds = feeds;
    this.#key = deviceKey(link.device.deviceId);
  }

  override attach(events: LinkEvents): void {
    this.#feeds.opened(this.#key, events.sessionId);
    super.attach(events);
  }

  override sendText(text: string): void {
    super.sendText(text);
    this.#feeds.told(this.#key, text);
  }

  override sendAudio(packet: Uint8Array, timestamp?: number): void {
    super.sendAudio(packet, timestamp);
    this.#feeds.heard(this.#key, "down", packet);
  }

  override onText(text: string): void {
    this.#feeds.said(this.#key, text);
    super.onText(text);
  }

  override onAudio(packet: Uint8Array, timestamp: number): void {
    this.#feeds.heard(this.#key, "up", packet);
    super.onAudio(packet, timestamp);
  }

  override onClose(): void {
    this.#feeds.closed(this.#key, this.sessionId);
    super.onClose();
  }
}

type WithoutTime<Event> = Event extends unknown ? Omit<Event, "at"> : never;

function newFeed(): Feed {
  return { listeners: new Set(), up: undefined, down: undefined, loudest: { up: 0, down: 0 }, levelAt: 0 };
}

/** Root mean square of a packet's samples, 0 to 1; nothing for one that is no Opus. */
function loudness(decoder: OpusDecoder, packet: Uint8Array): number {
  try {
    const pcm = decoder.decode(packet);
    let sum = 0;
    for (const sample of pcm) sum += sample * sample;
    return Math.round(Math.sqrt(sum / Math.max(1, pcm.length)) / 32.768) / 1000;
  } catch {
    // The session says what is wrong with it.
    return 0;
  }
}

/** A message to look at; long ones are of tools. */
function messageIn(text: string): JsonObject | undefined {
  if (text.length > MAX_MESSAGE) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // The session says what is wrong with it.
    return undefined;
  }
}
