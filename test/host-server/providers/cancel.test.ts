import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { systemClock } from "../../../host-server/clock.ts";
import { loadProviderFiles } from "../../../host-server/providers/files/provider-files.ts";
import { presets } from "../../../host-server/providers/llm/presets.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { createVoiceprint } from "../../../host-server/providers/voiceprint/create.ts";
import { voiceprintSettings } from "../../../host-server/providers/voiceprint/settings.ts";
import { chunk, sse } from "../fakes/openai-server.ts";
import { providerContext } from "../fixtures/provider-context.ts";
import { type Beginning, stallingServer } from "../fixtures/stalling-server.ts";

const RECIPES = join(import.meta.dirname, "../../../docs/recipes");
const { registry } = await loadProviderFiles(RECIPES, providers, systemClock);
const PCM = new Int16Array(2_400).fill(900);
const BYTES = new Uint8Array(PCM.buffer);

/** Those whose work happens on this computer: what is aborted there is proved beside them. */
const LOCAL = [
  "vad silero",
  "vad webrtc",
  "vad ten",
  "asr soundswallower",
  "asr sherpa",
  "llm embedded",
  "tts flite",
  "tts sherpa",
];

const head = (type: string) => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n\r\n`;
const http = (type: string, body: string | Uint8Array): Beginning => ({
  bytes: Buffer.concat([Buffer.from(head(type)), Buffer.from(body)]),
});
const WORDS = http("text/event-stream", sse([chunk({ content: "Hello there. How " })], ""));
const SOUND = http("audio/pcm", BYTES);
const NOTHING: Beginning = {};

/** A message of Wyoming. */
function wyoming(type: string, data: object, payload: Uint8Array = new Uint8Array(0)): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ type, data, payload_length: payload.length })}\n`), payload]);
}

function doubao(content: object): Buffer {
  const body = gzipSync(JSON.stringify(content));
  const header = Buffer.from([0x11, 0x91, 0x11, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 8);
  return Buffer.concat([header, body]);
}

const FORMAT = { rate: 16_000, width: 2, channels: 1 };
const EDGE_SOUND = Buffer.concat([Buffer.from([0, 2]), Buffer.from("\r\n"), BYTES]);
const words = (text: string) =>
  JSON.stringify({ header: { event: "result-generated" }, payload: { output: { sentence: { text } } } });

interface Row {
  /** Settings, by the port of the server. */
  readonly settings: (port: number) => object;
  /** How the server's answer begins, of those whose answers come in pieces; all are also tried with one that says nothing. */
  readonly beginning?: Beginning;
  /** Absent for WebSockets. */
  readonly silence?: Beginning;
}

const url = (port: number, path = "") => `http://127.0.0.1:${port}${path}`;
const chat = (port: number) => ({ base_url: url(port, "/v1"), api_key: "k", model: "m" });
const app = (port: number) => ({ base_url: url(port), api_key: "k" });
const socket = (port: number) => ({ url: `ws://127.0.0.1:${port}` });
const SILENT_SOCKET: Beginning = { messages: [] };
const aliyun = (port: number) => ({ ...socket(port), api_key: "k" });
const account = { appid: "1", access_token: "t" };
const program = (port: number) => {
  const say = "process.stdout.write(Buffer.alloc(4800, 9))";
  const args = [
    "-e",
    `require("node:net").connect(${port}, "127.0.0.1").on("connect", function () { this.write("x"); ${say} })`,
  ];
  return { command: process.execPath, args, sample_rate: 16_000 };
};

/** Everything that asks somebody else, with what it is told. */
const ROWS: { readonly [provider: string]: Row } = {
  "asr openai": { settings: chat },
  "asr wyoming": { settings: (port) => ({ uri: `tcp://127.0.0.1:${port}` }) },
  "asr funasr": {
    settings: socket,
    silence: SILENT_SOCKET,
    beginning: { messages: [JSON.stringify({ mode: "2pass-online", text: "你好" })] },
  },
  "asr aliyun": {
    settings: aliyun,
    silence: SILENT_SOCKET,
    beginning: { messages: [JSON.stringify({ header: { event: "task-started" } }), words("你好")] },
  },
  "asr doubao": {
    settings: (port) => ({ ...socket(port), ...account }),
    silence: SILENT_SOCKET,
    beginning: { messages: [doubao({ result: { text: "你好" } })] },
  },
  ...Object.fromEntries(
    ["openai", "ollama", ...presets.map(({ name }) => name)].map((name) => [
      `llm ${name}`,
      { settings: chat, beginning: WORDS },
    ]),
  ),
  "llm dify": {
    settings: app,
    beginning: http("text/event-stream", 'data: {"event": "message", "answer": "Hello there. How "}\n\n'),
  },
  "llm coze": {
    settings: (port) => ({ ...app(port), bot_id: "1" }),
    beginning: http(
      "text/event-stream",
      'event:conversation.message.delta\ndata:{"role":"assistant","type":"answer","content":"Hello there. How "}\n\n',
    ),
  },
  "llm fastgpt": { settings: app, beginning: WORDS },
  "llm homeassistant": { settings: app },
  "tts openai": { settings: (port) => ({ ...chat(port), voice: "v", response_format: "pcm" }), beginning: SOUND },
  "tts http": { settings: (port) => ({ url: url(port) }), beginning: SOUND },
  "tts wyoming": {
    settings: (port) => ({ uri: `tcp://127.0.0.1:${port}` }),
    beginning: { bytes: Buffer.concat([wyoming("audio-start", FORMAT), wyoming("audio-chunk", FORMAT, BYTES)]) },
  },
  "tts command": { settings: program, beginning: NOTHING },
  "tts edge": { settings: socket, silence: SILENT_SOCKET, beginning: { messages: [EDGE_SOUND] } },
  "tts aliyun": {
    settings: aliyun,
    silence: SILENT_SOCKET,
    beginning: { messages: [JSON.stringify({ header: { event: "task-started" } }), BYTES] },
  },
  "tts doubao": { settings: (port) => ({ url: url(port), ...account }) },
  "vllm openai": { settings: chat },
};

/** One answer as a source. */
async function* answerOf<T>(promise: Promise<T>): AsyncGenerator<T> {
  yield await promise;
}

/** Speech that has ended, or that goes on until nobody wants it any more. */
async function* frames(goesOn: boolean, signal: AbortSignal) {
  yield PCM;
  yield PCM;
  if (goesOn) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/** What a provider gives for one request. */
function ask(provider: string, settings: object, goesOn: boolean, signal: AbortSignal): AsyncIterable<unknown> {
  const [stage, name] = provider.split(" ");
  const context = providerContext();
  const find = <P extends { name: string }>(list: readonly P[]) =>
    list.find((candidate) => candidate.name === name) as P;
  if (stage === "asr") {
    const asr = find(registry.asr);
    return asr.create(asr.settings.parse(settings), context).transcribe(frames(goesOn, signal), { tools: [] }, signal);
  }
  if (stage === "llm") {
    const llm = find(registry.llm);
    const made = llm.create(llm.settings.parse(settings), context);
    const mind = made.converse?.({ deviceId: "d", sessionId: "s" }) ?? made;
    return mind.reply([{ role: "user", content: "hello" }], [], signal);
  }
  if (stage === "tts") {
    const tts = find(registry.tts);
    return tts.create(tts.settings.parse(settings), context).speak("Hello there.", signal);
  }
  const vllm = find(registry.vllm);
  const made = vllm.create(vllm.settings.parse(settings), context);
  return answerOf(made.explain({ bytes: BYTES, type: "image/jpeg" }, "What is it?", signal));
}

/** Asks a server that stops in the middle, aborts, and sees what comes of it. */
async function cancel(
  beginning: Beginning,
  begins: boolean,
  open: (port: number, signal: AbortSignal) => AsyncIterable<unknown>,
) {
  const server = await stallingServer(beginning);
  try {
    const abort = new AbortController();
    const given: unknown[] = [];
    const begun = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const item of open(server.port, abort.signal)) {
        given.push(item);
        begun.resolve();
      }
    })();
    // Some end quietly, some with the reason of the abort; whoever fails before fails the test.
    const end = reading.catch((error: unknown) => {
      if (!abort.signal.aborted) throw error;
    });
    await Promise.race([begins ? begun.promise : server.reached, end.then(() => assert.fail("it ended by itself"))]);
    const before = given.length;
    abort.abort();
    // The server says nothing more, and does not let go: nobody but the provider can end this.
    await Promise.all([server.closed, end]);
    assert.equal(given.length, before, "nothing is given after the abort");
  } finally {
    await server.close();
  }
}

test("every provider is either here or works on this computer", () => {
  const all = Object.entries(registry).flatMap(([stage, list]) => list.map(({ name }) => `${stage} ${name}`));
  assert.deepEqual(all.filter((name) => !LOCAL.includes(name)).sort(), Object.keys(ROWS).sort());
});

for (const [provider, { settings, beginning, silence = NOTHING }] of Object.entries(ROWS)) {
  const open = (goesOn: boolean) => (port: number, signal: AbortSignal) =>
    ask(provider, settings(port), goesOn, signal);
  test(`${provider}: an abort ends the request and what it gives`, { timeout: 20_000 }, async () => {
    await cancel(silence, false, open(false));
    if (beginning) await cancel(beginning, true, open(true));
    const abort = new AbortController();
    abort.abort();
    // Whoever is aborted before it begins asks nobody: nobody is there.
    for await (const _ of quiet(open(false)(1, abort.signal))) assert.fail("it gave something");
  });
}

/** A source that may end with the reason of an abort. */
async function* quiet(source: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* source;
  } catch (error) {
    assert.equal((error as Error).name, "AbortError", String(error));
  }
}

test("voiceprint api: an abort ends the request", { timeout: 20_000 }, async () => {
  await cancel(NOTHING, false, (port, signal) => {
    const given = voiceprintSettings.parse({ url: url(port, "/voiceprint/health?key=k"), speakers: ["1,Ann"] });
    return answerOf(createVoiceprint(given, providerContext()).identify(PCM, signal));
  });
});
