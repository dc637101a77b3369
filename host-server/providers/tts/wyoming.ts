import { z } from "zod";
import { socketFailure, stageError } from "../network/socket-failure.ts";
import { defineTts, type ProviderContext } from "../provider.ts";
import type { Speech, Tts } from "../tts.ts";
import { type AudioFormat, audioFormatOf, samplesOf } from "../wyoming/audio-format.ts";
import { describeWyoming, openWyoming, type WyomingConnection, wyomingAddress } from "../wyoming/connection.ts";

const settings = z.strictObject({
  uri: wyomingAddress,
  voice: z.string().default("").describe("Name of the voice; the server's choice when empty."),
  language: z.string().default("").describe("Language of the voice, as en_US; for a server that chooses by it."),
  speaker: z.string().default("").describe("Name of the speaker, of voices that have several."),
});

type Settings = z.output<typeof settings>;

/** A voice that speaks the Wyoming protocol, as those of Home Assistant do (Piper). */
export const wyoming = defineTts({
  name: "wyoming",
  settings,
  create: (given, context) => new WyomingTts(given, context),
});

class WyomingTts implements Tts {
  readonly #settings: Settings;
  readonly #context: ProviderContext;

  constructor(given: Settings, context: ProviderContext) {
    this.#settings = given;
    this.#context = context;
  }

  async check(): Promise<void> {
    const { uri } = this.#settings;
    try {
      const { tts } = await describeWyoming(uri);
      if (!Array.isArray(tts) || tts.length === 0) throw stageError("tts", "unsuitable", `${uri} has no voice`);
    } catch (cause) {
      throw socketFailure("tts", uri, cause);
    }
  }

  async *speak(text: string, signal: AbortSignal): AsyncIterable<Speech> {
    if (signal.aborted) return;
    const { uri, voice: name, language, speaker } = this.#settings;
    // A server's time is real time.
    const release = this.#context.clock.hold();
    let connection: WyomingConnection | undefined;
    try {
      connection = await openWyoming(uri, signal);
      const voice = { ...(name && { name }), ...(language && { language }), ...(speaker && { speaker }) };
      connection.send("synthesize", { text, ...(Object.keys(voice).length > 0 && { voice }) });
      yield* this.#read(connection);
    } catch (cause) {
      if (!signal.aborted) throw socketFailure("tts", uri, cause);
    } finally {
      connection?.close();
      release();
    }
  }

  async close(): Promise<void> {}

  async *#read(connection: WyomingConnection): AsyncGenerator<Speech, void, undefined> {
    let format: AudioFormat | undefined;
    for await (const event of connection.events) {
      if (event.type === "error") {
        throw stageError("tts", "refused", `${this.#settings.uri} failed: ${String(event.data["text"])}`);
      }
      if (event.type === "audio-stop") return;
      if (event.type === "audio-start") format = audioFormatOf(event);
      if (event.type !== "audio-chunk" || event.payload.length === 0) continue;
      format ??= audioFormatOf(event);
      yield { pcm: samplesOf(event, format), sampleRate: format.sampleRate };
    }
    throw new Error("it went away in the middle of a sentence");
  }
}
