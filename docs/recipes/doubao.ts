import { randomUUID } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Transcript } from "../../host-server/providers/asr.ts";
import type { ProviderHost } from "../../host-server/providers/files/provider-host.ts";

/*
 * Hearing and speaking by Doubao (Volcano Engine): its large model for recognition, and its voices over HTTP. Copy this file to
 * data/providers/doubao.ts, and
 *
 *   asr:
 *     use: [doubao, soundswallower]
 *     doubao: { appid: "123", access_token: … }
 *   tts:
 *     use: [doubao, flite]
 *     doubao: { appid: "123", access_token: …, voice: BV001_streaming }
 *
 * Both run against a scripted server of this wire; Volcano Engine itself was never reached, for want of an account.
 */

const ASR_ADDRESS = "wss://openspeech.bytedance.com/api/v3/sauc/bigmodel_async";
const TTS_ADDRESS = "https://openspeech.bytedance.com/api/v1/tts";
const SAMPLE_RATE = 24_000;

/** What the first byte of a message says: version 1, a header of four bytes. */
const VERSION = 0x11;
const REQUEST = 0x1;
const SOUND = 0x2;
const ERROR = 0xf;
/** Flags: a number of the message follows; it is the last one. */
const HAS_NUMBER = 0b01;
const IS_LAST = 0b10;
/** JSON, gzip. */
const PACKED_JSON = 0x11;

/** What the service understood. */
interface Result {
  readonly result?: { readonly text?: string };
  readonly error?: string;
}

export default (host: ProviderHost) => [recogniser(host), voice(host)];

function account({ z }: ProviderHost) {
  return {
    appid: z.string().min(1).describe("Id of the application."),
    access_token: z.string().min(1).describe("Its access token."),
  };
}

function recogniser(host: ProviderHost) {
  const { z, defineAsr, socketFailure } = host;
  return defineAsr({
    name: "doubao",
    settings: z.strictObject({
      ...account(host),
      resource_id: z.string().default("volc.bigasr.sauc.duration").describe("What was bought."),
      url: z.url({ protocol: /^wss?$/ }).default(ASR_ADDRESS),
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
    name: "doubao",
    settings: z.strictObject({
      ...account(host),
      cluster: z.string().default("volcano_tts").describe("Cluster of the voice."),
      voice: z.string().default("BV001_streaming").describe("Name of the voice."),
      speed_ratio: z.number().min(0.2).max(3).default(1).describe("How fast it speaks."),
      volume_ratio: z.number().min(0.1).max(3).default(1).describe("How loud."),
      pitch_ratio: z.number().min(0.1).max(3).default(1).describe("How high."),
      url: z.url({ protocol: /^https?$/ }).default(TTS_ADDRESS),
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

interface Account {
  readonly appid: string;
  readonly access_token: string;
  readonly url: string;
}

async function* hear(
  { connect, stageError }: ProviderHost,
  given: Account & { resource_id: string },
  frames: AsyncIterable<Int16Array>,
  signal: AbortSignal,
): AsyncGenerator<Transcript, void, undefined> {
  const headers = {
    "X-Api-App-Key": given.appid,
    "X-Api-Access-Key": given.access_token,
    "X-Api-Resource-Id": given.resource_id,
    "X-Api-Connect-Id": randomUUID(),
  };
  const socket = await connect({ url: given.url, headers }, signal);
  const sendFrames = async () => {
    for await (const { buffer, byteOffset, byteLength } of frames) {
      socket.send(packed(SOUND, 0, new Uint8Array(buffer, byteOffset, byteLength)));
    }
    socket.send(packed(SOUND, IS_LAST, new Uint8Array(0)));
  };
  try {
    socket.send(packed(REQUEST, 0, Buffer.from(JSON.stringify(REQUEST_BODY))));
    // A broken source ends the connection, and with it this loop.
    sendFrames().catch(() => socket.close());
    for await (const message of socket) {
      const { body, isLast } = unpacked(Buffer.from(message));
      if (body.error !== undefined) throw stageError("asr", "refused", `Doubao: ${body.error}`);
      const text = body.result?.text ?? "";
      if (isLast) return yield { text, final: true };
      if (text !== "") yield { text, final: false };
    }
  } finally {
    socket.close();
  }
  if (!signal.aborted) throw stageError("asr", "broken", `${given.url} ended before the utterance did`);
}

async function* soundOf(
  { stageError }: ProviderHost,
  given: Account & Parameters<typeof synthesis>[0],
  text: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const headers = { "content-type": "application/json", authorization: `Bearer;${given.access_token}` };
  const response = await fetch(given.url, { method: "POST", headers, body: synthesis(given, text), signal });
  const answer = await response.text();
  const { data, message = answer.slice(0, 200) } = parsed(answer);
  if (data === undefined) {
    const what = response.status === 401 ? "unauthorized" : "refused";
    throw stageError("tts", what, `Doubao answered ${response.status}: ${message}`);
  }
  yield new Uint8Array(Buffer.from(data, "base64"));
}

const REQUEST_BODY = {
  user: { uid: "xiaozhi" },
  audio: { format: "pcm", codec: "raw", rate: 16_000, bits: 16, channel: 1 },
  request: { model_name: "bigmodel", enable_itn: true, enable_punc: true, show_utterances: true, result_type: "full" },
};

function synthesis(given: { [setting: string]: unknown; appid: string; access_token: string }, text: string): string {
  const { appid, access_token: token, cluster, voice: voice_type, speed_ratio, volume_ratio, pitch_ratio } = given;
  return JSON.stringify({
    app: { appid, token, cluster },
    user: { uid: "xiaozhi" },
    audio: { voice_type, encoding: "wav", speed_ratio, volume_ratio, pitch_ratio },
    request: { reqid: randomUUID(), text, text_type: "plain", operation: "query" },
  });
}

function parsed(answer: string): { data?: string; message?: string } {
  try {
    return JSON.parse(answer) as { data?: string; message?: string };
  } catch {
    // A proxy's page, perhaps: whoever asked says what it is.
    return {};
  }
}

/** A message: header, length, content. */
function packed(kind: number, flags: number, content: Uint8Array): Uint8Array {
  const body = gzipSync(content);
  const head = Buffer.from([VERSION, (kind << 4) | flags, PACKED_JSON, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** What a message of the service says; one that is garbled is an error of the service. */
function unpacked(message: Buffer): { body: Result; isLast: boolean } {
  const [kind, flags] = [(message[1] ?? 0) >> 4, (message[1] ?? 0) & 0xf];
  try {
    if (kind === ERROR)
      return { body: { error: `${message.readUInt32BE(4)} ${contentOf(message, 12)}` }, isLast: true };
    const start = flags & HAS_NUMBER ? 12 : 8;
    return { body: JSON.parse(contentOf(message, start) || "{}") as Result, isLast: (flags & IS_LAST) !== 0 };
  } catch (error) {
    return { body: { error: `it sent what cannot be read: ${(error as Error).message}` }, isLast: true };
  }
}

/** The content behind `start`, unpacked where the header says that it is packed. */
function contentOf(message: Buffer, start: number): string {
  const content = message.subarray(start, start + message.readUInt32BE(start - 4));
  const isPacked = ((message[2] ?? 0) & 0xf) === 1;
  return (isPacked && content.length > 0 ? gunzipSync(content) : content).toString("utf8");
}
