import type { Socket } from "node:net";
import { AsrError, TtsError } from "../errors.ts";
import { cutSentences } from "../pipeline/sentences.ts";
import { spokenText } from "../pipeline/text.ts";
import { monoFormat, payloadOf } from "../providers/wyoming/audio-format.ts";
import { EventReader, type WyomingEvent, writeEvent } from "../providers/wyoming/events.ts";
import { Queue } from "../queue.ts";
import { limited, within } from "../time-limit.ts";
import { GuestUtterance } from "./guest-utterance.ts";
import { serviceInfo } from "./service-info.ts";
import type { WyomingServerOptions } from "./wyoming-server.ts";

/** Longest text that is spoken. */
const MAX_CHARACTERS = 20_000;

/** One program that uses the recogniser or the voice. */
export class WyomingSession {
  readonly #socket: Socket;
  readonly #options: WyomingServerOptions;
  readonly #gone = new AbortController();
  #utterance: GuestUtterance | undefined;
  /** A text that comes in pieces while it is spoken. */
  #reading: { readonly pieces: Queue<string>; readonly spoken: Promise<void>; characters: number } | undefined;

  constructor(socket: Socket, options: WyomingServerOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.once("close", () => this.#gone.abort());
    // Its end is what counts.
    socket.on("error", () => {});
  }

  /** Answers until the other end has gone. @throws what is told to the other end, too */
  async run(): Promise<void> {
    const reader = new EventReader();
    try {
      // It stays open for what is still to be said.
      for await (const bytes of this.#socket.iterator({ destroyOnReturn: false })) {
        for (const event of reader.push(bytes as Uint8Array)) await this.#answer(event);
      }
    } catch (error) {
      if (this.#gone.signal.aborted) return;
      this.#send("error", { text: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      this.#utterance?.end();
      this.#reading?.pieces.clear();
      this.#gone.abort();
    }
  }

  async #answer(event: WyomingEvent): Promise<void> {
    const text = typeof event.data["text"] === "string" ? event.data["text"] : "";
    switch (event.type) {
      case "describe":
        return this.#send("info", serviceInfo(this.#options));
      case "ping":
        return this.#send("pong", event.data);
      case "transcribe":
      case "audio-start":
      case "audio-chunk":
        return this.#hear(event);
      case "audio-stop":
        return this.#recognise();
      case "synthesize":
        // The whole of a text that comes in pieces, too, for servers that take no pieces.
        return this.#reading ? undefined : this.#speakAll(text);
      case "synthesize-start":
        return this.#beginReading();
      case "synthesize-chunk":
        return this.#readOn(text);
      case "synthesize-stop":
        return this.#endReading();
    }
  }

  #hear(event: WyomingEvent): void {
    this.#utterance ??= new GuestUtterance(this.#options.asr, this.#gone.signal);
    if (event.type !== "transcribe") this.#utterance.accept(event);
  }

  async #recognise(): Promise<void> {
    const utterance = this.#utterance;
    this.#utterance = undefined;
    if (!utterance) return;
    utterance.end();
    const { clock, asrMs: ms, log } = this.#options;
    const error = () => new AsrError("asr-timeout", `no words came within ${ms} ms`);
    const text = await within(utterance.words, { clock, ms, error });
    log.info({ ip: this.#socket.remoteAddress, characters: text.length }, "recognised for another program");
    await this.#send("transcript", { text });
  }

  async #speakAll(text: string): Promise<void> {
    this.#beginReading();
    this.#readOn(text);
    this.#reading?.pieces.close();
    await this.#reading?.spoken;
    this.#reading = undefined;
  }

  #beginReading(): void {
    const pieces = new Queue<string>();
    const spoken = this.#speak(pieces);
    spoken.catch(() => {});
    this.#reading ??= { pieces, spoken, characters: 0 };
  }

  #readOn(text: string): void {
    if (!this.#reading) return;
    this.#reading.characters += text.length;
    if (this.#reading.characters > MAX_CHARACTERS) throw new TtsError("tts-too-long", "the text is too long");
    this.#reading.pieces.push(text);
  }

  async #endReading(): Promise<void> {
    this.#reading?.pieces.close();
    await this.#reading?.spoken;
    this.#reading = undefined;
    await this.#send("synthesize-stopped");
  }

  async #speak(pieces: AsyncIterable<string>): Promise<void> {
    const { tts, clock, ttsMs: ms, log } = this.#options;
    const error = () => new TtsError("tts-timeout", `no speech came for ${ms} ms`);
    let rate = 0;
    let characters = 0;
    for await (const sentence of cutSentences(pieces)) {
      const text = spokenText(sentence);
      if (text === "") continue;
      characters += text.length;
      const speech = limited((own) => tts.speak(text, own), { clock, ms, nextMs: ms, error }, this.#gone.signal);
      for await (const { pcm, sampleRate } of speech) {
        if (rate !== 0 && rate !== sampleRate) await this.#send("audio-stop");
        if (rate !== sampleRate) await this.#send("audio-start", { ...monoFormat(sampleRate), timestamp: 0 });
        rate = sampleRate;
        await this.#send("audio-chunk", monoFormat(rate), payloadOf(pcm));
      }
    }
    // Who waits for sound is told that there is none.
    if (rate === 0) await this.#send("audio-start", { ...monoFormat(16_000), timestamp: 0 });
    await this.#send("audio-stop");
    log.info({ ip: this.#socket.remoteAddress, characters }, "spoken for another program");
  }

  /** Resolves when there is room for more. */
  async #send(type: string, data?: object, payload?: Uint8Array): Promise<void> {
    if (this.#gone.signal.aborted || this.#socket.write(writeEvent(type, data, payload))) return;
    const drained = Promise.withResolvers<void>();
    this.#socket.once("drain", drained.resolve);
    this.#gone.signal.addEventListener("abort", () => drained.resolve(), { once: true });
    await drained.promise;
  }
}
