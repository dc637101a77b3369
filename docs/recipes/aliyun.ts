import { randomUUID } from "node:crypto";
import type { Transcript } from "../../host-server/providers/asr.ts";
import type { ProviderHost } from "../../host-server/providers/files/provider-host.ts";

/*
 * Hearing and speaking by Aliyun Bailian (DashScope): Paraformer while one speaks, CosyVoice as the voice. Copy this file to
 * data/providers/aliyun.ts, and
 *
 *   asr:
 *     use: [aliyun, soundswallower]
 *     aliyun: { api_key: sk-… }
 *   tts:
 *     use: [aliyun, flite]
 *     aliyun: { api_key: sk-…, voice: longxiaochun_v2 }
 *
 * Both run against a scripted server of this wire (tasks over a WebSocket); Aliyun itself was never reached, for want of an account.
 */

const ADDRESS = "wss://dashscope.aliyuncs.com/api-ws/v1/inference/";
const SAMPLE_RATE = 24_000;

/** A message of the service. */
interface TaskEvent {
  readonly header?: { readonly event?: string; readonly error_code?: string; readonly error_message?: string };
  readonly payload?: { readonly output?: { readonly sentence?: { readonly text?: string; sentence_end?: boolean } } };
}

interface Account {
  readonly url: string;
  readonly api_key: string;
}

export default (host: ProviderHost) => [recogniser(host), voice(host)];

function account({ z }: ProviderHost) {
  return {
    api_key: z.string().min(1).describe("Key of Bailian."),
    url: z.url({ protocol: /^wss?$/ }).default(ADDRESS),
  };
}

function recogniser(host: ProviderHost) {
  const { z, defineAsr, socketFailure } = host;
  return defineAsr({
    name: "aliyun",
    settings: z.strictObject({
      ...account(host),
      model: z.string().default("paraformer-realtime-v2").describe("Name of the model."),
      language: z.string().default("").describe("Language of what is said, as zh; found by the model when empty."),
    }),
    create: (given) => ({
      async *transcribe(frames, _context, signal) {
        if (signal.aborted) return;
        try {
          yield* hear(host, given, frames, signal);
        } catch (cause) {
          if (!signal.aborted) throw socketFailure("asr", given.url, cause);
        }
      },
      async close() {},
    }),
  });
}

function voice(host: ProviderHost) {
  const { z, defineTts, speechOf, socketFailure } = host;
  return defineTts({
    name: "aliyun",
    settings: z.strictObject({
      ...account(host),
      model: z.string().default("cosyvoice-v2").describe("Name of the model."),
      voice: z.string().default("longxiaochun_v2").describe("Name of the voice."),
      rate: z.number().min(0.5).max(2).default(1).describe("How fast it speaks."),
      pitch: z.number().min(0.5).max(2).default(1).describe("How high."),
      volume: z.int().min(0).max(100).default(50).describe("How loud."),
    }),
    create: (given) => ({
      async *speak(text, signal) {
        if (signal.aborted) return;
        try {
          yield* speechOf(soundOf(host, given, text, signal), SAMPLE_RATE);
        } catch (cause) {
          if (!signal.aborted) throw socketFailure("tts", given.url, cause);
        }
      },
      async close() {},
    }),
  });
}

/** Opens a connection for one task, and gives how to speak with it. */
async function open({ connect }: ProviderHost, { url, api_key }: Account, signal: AbortSignal) {
  const socket = await connect({ url, headers: { Authorization: `Bearer ${api_key}` } }, signal);
  const task_id = randomUUID().replaceAll("-", "");
  const send = (action: string, payload: object) =>
    socket.send(JSON.stringify({ header: { action, task_id, streaming: "duplex" }, payload }));
  return { socket, send };
}

/** @throws StageError when the service says that the task has failed */
function eventIn({ stageError }: ProviderHost, stage: "asr" | "tts", message: string): TaskEvent {
  const event = JSON.parse(message) as TaskEvent;
  const { event: name, error_code: code, error_message: reason } = event.header ?? {};
  if (name === "task-failed") throw stageError(stage, "refused", `Aliyun: ${code ?? ""} ${reason ?? ""}`.trim());
  return event;
}

async function* hear(
  host: ProviderHost,
  given: Account & { model: string; language: string },
  frames: AsyncIterable<Int16Array>,
  signal: AbortSignal,
): AsyncGenerator<Transcript, void, undefined> {
  const { socket, send } = await open(host, given, signal);
  const sendFrames = async () => {
    for await (const pcm of frames) socket.send(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
    send("finish-task", { input: {} });
  };
  try {
    send("run-task", recognition(given));
    let heard = "";
    for await (const message of socket) {
      const { header, payload } = eventIn(host, "asr", String(message));
      const { text = "", sentence_end = false } = payload?.output?.sentence ?? {};
      // A broken source ends the connection, and with it this loop.
      if (header?.event === "task-started") sendFrames().catch(() => socket.close());
      if (header?.event === "task-finished") return yield { text: heard.trim(), final: true };
      if (header?.event !== "result-generated") continue;
      if (sentence_end) heard += text;
      yield { text: (sentence_end ? heard : heard + text).trim(), final: false };
    }
  } finally {
    socket.close();
  }
  if (!signal.aborted) throw host.stageError("asr", "broken", `${given.url} ended before the utterance did`);
}

async function* soundOf(
  host: ProviderHost,
  given: Account & Parameters<typeof synthesis>[0],
  text: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { socket, send } = await open(host, given, signal);
  try {
    send("run-task", synthesis(given));
    for await (const message of socket) {
      if (typeof message !== "string") {
        yield message;
        continue;
      }
      const { header } = eventIn(host, "tts", message);
      if (header?.event === "task-finished") return;
      if (header?.event !== "task-started") continue;
      send("continue-task", { input: { text } });
      send("finish-task", { input: {} });
    }
  } finally {
    socket.close();
  }
  if (!signal.aborted) throw host.stageError("tts", "broken", `${given.url} ended before the sentence did`);
}

function recognition({ model, language }: { model: string; language: string }) {
  const parameters = { format: "pcm", sample_rate: 16_000, ...(language !== "" && { language_hints: [language] }) };
  return { task_group: "audio", task: "asr", function: "recognition", model, parameters, input: {} };
}

function synthesis(given: { model: string; voice: string; rate: number; pitch: number; volume: number }) {
  const { model, voice, rate, pitch, volume } = given;
  const sound = { format: "pcm", sample_rate: SAMPLE_RATE, rate, pitch, volume };
  const parameters = { text_type: "PlainText", voice, ...sound };
  return { task_group: "audio", task: "tts", function: "SpeechSynthesizer", model, parameters, input: {} };
}
