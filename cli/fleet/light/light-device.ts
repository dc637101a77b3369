import { setTimeout as pause } from "node:timers/promises";
import { OTA_PATH } from "../../../protocol/ota.ts";
import type { FleetTransport, Life, PlannedTurn } from "../model/life.ts";
import type { FleetTurn } from "../world/inhabitant.ts";
import type { TurnOutcome } from "../world/person.ts";
import type { AudioSocket } from "./audio-socket.ts";
import type { LightAddress, LightEvents, LightLink } from "./link.ts";
import { MqttLine } from "./mqtt-link.ts";
import type { PhrasePackets } from "./phrase-packets.ts";
import { connectWebSocket } from "./websocket-link.ts";

const FRAME_MS = 60;
const ANSWER_MS = 15_000;
const LONGEST_ANSWER_MS = 60_000;
/** ms of sound that a device keeps before it plays. */
const BUFFER_MS = 240;

export interface LightOptions {
  readonly life: Life;
  /** Of the fleet. */
  readonly seed: number;
  /** Where devices ask for their server. */
  readonly otaUrl: string;
  readonly phrases: readonly PhrasePackets[];
  readonly silence: Uint8Array;
  readonly audio: AudioSocket;
  /** ms of `performance.now()`. */
  readonly beginsAt: number;
  readonly endsAt: number;
  readonly onTurn: (turn: FleetTurn) => void;
}

/** A device that speaks the protocol and nothing else: no firmware, no codec. Many of them cost as much as one of the others. */
export class LightDevice {
  readonly #options: LightOptions;
  readonly mac: string;
  #address: LightAddress | undefined;
  #line: MqttLine | undefined;
  #link: LightLink | undefined;
  #framesAt: number[] = [];
  #onState: (state: "start" | "stop") => void = () => {};
  readyMs: number | undefined;

  constructor(options: LightOptions) {
    this.#options = options;
    const { life, seed } = options;
    const parts = [2, seed & 255, (seed >> 8) & 255, life.number >> 16, life.number >> 8, life.number];
    this.mac = parts.map((part) => (part & 255).toString(16).padStart(2, "0")).join(":");
  }

  get isReady(): boolean {
    return this.readyMs !== undefined && (this.#line?.isOpen ?? true);
  }

  /** Starts in time, stays connected as its transport does, and talks as planned. */
  async live(): Promise<void> {
    const { life, beginsAt, endsAt } = this.#options;
    await this.#until(life.startsAt);
    const startedAt = performance.now();
    try {
      this.#address = await this.#askForServer(life.transport);
      if (life.transport === "mqtt") this.#line = await MqttLine.open(this.#address, this.#options.audio);
      this.readyMs = performance.now() - startedAt;
    } catch {
      // It was never ready, and is counted so.
      return;
    }
    for (const { at, turns } of life.conversations) {
      await this.#until(at);
      for (const turn of turns) {
        if (performance.now() >= endsAt) break;
        const lived = await this.#take(turn);
        this.#options.onTurn({
          ...lived,
          at: lived.at - beginsAt,
          endedAt: lived.endedAt - beginsAt,
          device: this.mac,
          isDisturbed: false,
        });
        if (lived.outcome !== "answered" && lived.outcome !== "interrupted") break;
      }
      this.#hangUp();
    }
  }

  /** Connects, says hello, and stays. Rejects when the server does not answer. */
  async stay(): Promise<void> {
    const { life, otaUrl } = this.#options;
    this.#address = await this.#askForServer(life.transport);
    if (life.transport === "mqtt") this.#line = await MqttLine.open(this.#address, this.#options.audio);
    else if (!(await this.#connected())) throw new Error(`${otaUrl}: ${this.mac} was not greeted`);
  }

  close(): void {
    this.#hangUp();
    this.#line?.close();
  }

  async #askForServer(transport: FleetTransport): Promise<LightAddress> {
    const { otaUrl } = this.#options;
    const clientId = `light-${this.mac.replaceAll(":", "")}`;
    const url = new URL(otaUrl);
    if (url.pathname === "/") url.pathname = OTA_PATH;
    const headers = { "device-id": this.mac, "client-id": clientId, "content-type": "application/json" };
    const body = JSON.stringify({ application: { name: "light", version: "1.0.0" }, board: { type: "light" } });
    const response = await fetch(url, { method: "POST", headers, body });
    const answer = (await response.json()) as Omit<LightAddress, "mac" | "clientId">;
    if (!answer[transport]) throw new Error(`${otaUrl} offers no ${transport}`);
    return { ...answer, mac: this.mac, clientId };
  }

  async #take({ phrase, thinkMs, interruptAfterMs }: PlannedTurn): Promise<Omit<FleetTurn, "device" | "isDisturbed">> {
    const { phrases, silence } = this.#options;
    const { words, packets } = phrases[phrase % phrases.length] as PhrasePackets;
    await pause(thinkMs);
    const at = performance.now();
    const lived = (outcome: TurnOutcome, firstSoundMs?: number) => ({
      words,
      outcome,
      at,
      endedAt: performance.now(),
      firstSoundMs,
      gaps: gapsIn(this.#framesAt),
    });
    this.#framesAt = [];
    const link = await this.#connected();
    if (!link) return lived("not-listening");
    link.send({ type: "listen", state: "start", mode: "auto" });
    const started = this.#heard("start", packets.length * FRAME_MS + ANSWER_MS);
    const saidAt = at + packets.length * FRAME_MS + (performance.now() - at);
    const stop = sendAll(link, packets, silence);
    const isAnswered = await started;
    stop();
    if (!isAnswered) return lived("no-answer");
    const isWhole = await this.#heard("stop", interruptAfterMs ?? LONGEST_ANSWER_MS);
    if (!isWhole && interruptAfterMs === undefined) return lived("endless");
    if (!isWhole) {
      const stopped = this.#heard("stop", ANSWER_MS);
      link.send({ type: "abort" });
      await stopped;
    }
    const [first] = this.#framesAt;
    if (first === undefined) return lived(isWhole ? "silent" : "interrupted");
    return lived(isWhole ? "answered" : "interrupted", Math.max(0, first - saidAt));
  }

  async #connected(): Promise<LightLink | undefined> {
    if (this.#link) return this.#link;
    const events: LightEvents = {
      onMessage: ({ type, state }) => {
        if (type === "tts" && (state === "start" || state === "stop")) this.#onState(state);
      },
      onAudio: () => this.#framesAt.push(performance.now()),
      onClose: () => {
        this.#link = undefined;
      },
    };
    try {
      const address = this.#address as LightAddress;
      this.#link = await (this.#line ? this.#line.converse(events) : connectWebSocket(address, events));
    } catch {
      // The turn says that nobody listened.
    }
    return this.#link;
  }

  /** Whether the server says so in time. */
  #heard(wanted: "start" | "stop", ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.#onState = (state) => {
        if (state !== wanted) return;
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #hangUp(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  #until(at: number): Promise<void> {
    const ms = this.#options.beginsAt + at - performance.now();
    return ms <= 0 ? Promise.resolve() : pause(ms);
  }
}

/** Sends the packets at their times, and silence after them; gives what ends that. */
function sendAll(link: LightLink, packets: readonly Uint8Array[], silence: Uint8Array): () => void {
  const startedAt = performance.now();
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  const send = () => {
    link.sendAudio(packets[sent] ?? silence);
    sent++;
    timer = setTimeout(send, Math.max(0, startedAt + sent * FRAME_MS - performance.now()));
  };
  send();
  return () => clearTimeout(timer);
}

/** How often a device would have had nothing to play. */
function gapsIn(framesAt: readonly number[]): number {
  const [first] = framesAt;
  if (first === undefined) return 0;
  let gaps = 0;
  let playedUntil = first + BUFFER_MS;
  for (const at of framesAt) {
    if (at > playedUntil) gaps++;
    playedUntil = Math.max(playedUntil, at) + FRAME_MS;
  }
  return gaps;
}
