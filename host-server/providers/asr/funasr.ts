import { WebSocket } from "ws";
import { z } from "zod";
import { Queue } from "../../queue.ts";
import type { Asr, AsrContext, Transcript } from "../asr.ts";
import { socketFailure } from "../network/socket-failure.ts";
import { defineAsr, type ProviderContext } from "../provider.ts";
import { FunAsrWords } from "./funasr-words.ts";

/** ms without a message after which what has come is all, when the server does not say so: with its last words, and without any. */
const SETTLED_MS = 300;
const SILENT_MS = 2_000;

const settings = z.strictObject({
  url: z.url({ protocol: /^wss?$/ }).describe("Address of the FunASR server: ws://192.168.1.20:10095."),
  mode: z
    .enum(["2pass", "offline", "online"])
    .default("2pass")
    .describe(
      "2pass: words while one speaks, corrected at the end; offline: at the end; online: only while one speaks.",
    ),
  hotwords: z.record(z.string(), z.number()).default({}).describe("Words that it should expect, and their weights."),
  itn: z.boolean().default(true).describe("Whether numbers are written in digits."),
  api_key: z.string().default("").describe("Key, where a gateway before it wants one."),
  verify_certificate: z
    .boolean()
    .default(true)
    .describe("Whether a wss:// server needs a good certificate; FunASR's own image has none."),
});

type Settings = z.output<typeof settings>;

/** A FunASR server (`funasr-wss-server` or `funasr-wss-server-2pass`), which hears Chinese and more. */
export const funasr = defineAsr({
  name: "funasr",
  settings,
  create: (given, context) => new FunAsr(given, context),
});

class FunAsr implements Asr {
  readonly #settings: Settings;
  readonly #context: ProviderContext;

  constructor(given: Settings, context: ProviderContext) {
    this.#settings = given;
    this.#context = context;
  }

  async check(): Promise<void> {
    const abort = new AbortController();
    const socket = this.#connect(abort.signal);
    try {
      await opened(socket);
    } catch (cause) {
      throw socketFailure("asr", this.#settings.url, cause);
    } finally {
      abort.abort();
    }
  }

  async *transcribe(
    frames: AsyncIterable<Int16Array>,
    _context: AsrContext,
    signal: AbortSignal,
  ): AsyncIterable<Transcript> {
    if (signal.aborted) return;
    // A server's time is real time.
    const release = this.#context.clock.hold();
    const socket = this.#connect(signal);
    try {
      await opened(socket);
      yield* this.#hear(socket, frames, signal);
    } catch (cause) {
      if (!signal.aborted) throw socketFailure("asr", this.#settings.url, cause);
    } finally {
      socket.terminate();
      release();
    }
  }

  async close(): Promise<void> {}

  #connect(signal: AbortSignal): WebSocket {
    const { url, api_key, verify_certificate } = this.#settings;
    const headers = api_key === "" ? {} : { authorization: `Bearer; ${api_key}` };
    const socket = new WebSocket(url, ["binary"], { headers, rejectUnauthorized: verify_certificate });
    // Told by whoever waits for it; without a listener it would end the process.
    socket.on("error", () => {});
    const stop = () => socket.terminate();
    signal.addEventListener("abort", stop, { once: true });
    socket.once("close", () => signal.removeEventListener("abort", stop));
    return socket;
  }

  async *#hear(
    socket: WebSocket,
    frames: AsyncIterable<Int16Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Transcript, void, undefined> {
    const messages = messagesOf(socket);
    const words = new FunAsrWords();
    let isSent = false;
    const settle = this.#settler(() => messages.close());
    const sending = this.#send(socket, frames).then(() => {
      isSent = true;
      settle(words.isCorrected ? SETTLED_MS : SILENT_MS);
    });
    sending.catch((error: unknown) => messages.fail(error));
    try {
      for await (const message of messages) {
        const isLast = words.take(message) && isSent;
        if (isLast) break;
        if (isSent) settle(words.isCorrected ? SETTLED_MS : SILENT_MS);
        else yield { text: words.text, final: false };
      }
    } finally {
      settle(undefined);
    }
    if (signal.aborted) return;
    const isGone = socket.readyState !== WebSocket.OPEN;
    if (!isSent || (isGone && words.text === "")) throw new Error("it went away without words");
    yield { text: words.text, final: true };
  }

  async #send(socket: WebSocket, frames: AsyncIterable<Int16Array>): Promise<void> {
    const { mode, hotwords, itn } = this.#settings;
    const expected = Object.keys(hotwords).length > 0 ? { hotwords: JSON.stringify(hotwords) } : {};
    const start = {
      mode,
      wav_name: "utterance",
      wav_format: "pcm",
      audio_fs: 16_000,
      is_speaking: true,
      itn,
      ...expected,
    };
    socket.send(JSON.stringify({ ...start, chunk_size: [5, 10, 5], chunk_interval: 10 }));
    for await (const pcm of frames) socket.send(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
    socket.send(JSON.stringify({ is_speaking: false }));
  }

  /** Gives what sets the time after which `end` is called; each call takes the place of the one before. */
  #settler(end: () => void): (ms: number | undefined) => void {
    let cancel = () => {};
    return (ms) => {
      cancel();
      if (ms !== undefined) cancel = this.#context.clock.schedule(ms, end);
    };
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("it closed the connection")));
  });
}

function messagesOf(socket: WebSocket): Queue<unknown> {
  const messages = new Queue<unknown>();
  socket.on("message", (data) => {
    try {
      messages.push(JSON.parse(String(data)));
    } catch {
      messages.fail(new Error(`it sent what is no JSON: ${String(data).slice(0, 60)}`));
    }
  });
  socket.once("error", (error) => messages.fail(error));
  socket.once("close", () => messages.close());
  return messages;
}
