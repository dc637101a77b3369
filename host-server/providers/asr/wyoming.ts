import { z } from "zod";
import type { Asr, AsrContext, Transcript } from "../asr.ts";
import { socketFailure, stageError } from "../network/socket-failure.ts";
import { defineAsr, type ProviderContext } from "../provider.ts";
import { monoFormat, payloadOf } from "../wyoming/audio-format.ts";
import { describeWyoming, openWyoming, type WyomingConnection, wyomingAddress } from "../wyoming/connection.ts";

const FORMAT = monoFormat(16_000);

const settings = z.strictObject({
  uri: wyomingAddress,
  model: z.string().default("").describe("Name of the model; the server's choice when empty."),
  language: z.string().default("").describe("Language of what is said, as en or zh; the server's choice when empty."),
});

type Settings = z.output<typeof settings>;

/** A recogniser that speaks the Wyoming protocol, as those of Home Assistant do (faster-whisper, Vosk, Speech-to-Phrase). */
export const wyoming = defineAsr({
  name: "wyoming",
  settings,
  create: (given, context) => new WyomingAsr(given, context),
});

class WyomingAsr implements Asr {
  readonly #settings: Settings;
  readonly #context: ProviderContext;

  constructor(given: Settings, context: ProviderContext) {
    this.#settings = given;
    this.#context = context;
  }

  async check(): Promise<void> {
    const { uri } = this.#settings;
    try {
      const { asr } = await describeWyoming(uri);
      if (!Array.isArray(asr) || asr.length === 0) throw stageError("asr", "unsuitable", `${uri} recognises no speech`);
    } catch (cause) {
      throw socketFailure("asr", uri, cause);
    }
  }

  async *transcribe(
    frames: AsyncIterable<Int16Array>,
    _context: AsrContext,
    signal: AbortSignal,
  ): AsyncIterable<Transcript> {
    // A server's time is real time.
    const release = this.#context.clock.hold();
    let connection: WyomingConnection | undefined;
    try {
      connection = await openWyoming(this.#settings.uri, signal);
      yield* this.#read(connection, this.#send(connection, frames));
    } catch (cause) {
      if (!signal.aborted) throw socketFailure("asr", this.#settings.uri, cause);
    } finally {
      connection?.close();
      release();
    }
  }

  async close(): Promise<void> {}

  /** Sends the utterance as it comes. */
  async #send(connection: WyomingConnection, frames: AsyncIterable<Int16Array>): Promise<void> {
    const { model, language } = this.#settings;
    connection.send("transcribe", { ...(model && { name: model }), ...(language && { language }) });
    connection.send("audio-start", { ...FORMAT, timestamp: 0 });
    for await (const pcm of frames) if (pcm.length > 0) connection.send("audio-chunk", FORMAT, payloadOf(pcm));
    connection.send("audio-stop");
  }

  async *#read(connection: WyomingConnection, sending: Promise<void>): AsyncGenerator<Transcript, void, undefined> {
    // What breaks the source of the frames ends the request, too.
    sending.catch(() => connection.close());
    let soFar = "";
    for await (const { type, data } of connection.events) {
      const text = typeof data["text"] === "string" ? data["text"] : "";
      if (type === "error") throw stageError("asr", "refused", `${this.#settings.uri} failed: ${text}`);
      if (type === "transcript-chunk") {
        soFar += text;
        yield { text: soFar.trim(), final: false };
      } else if (type === "transcript" || type === "transcript-stop") {
        yield { text: (text || soFar).trim(), final: true };
        return;
      }
    }
    await sending;
    throw new Error("it went away without words");
  }
}
