import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { WebSocketServer } from "ws";
import { funasr } from "../../../host-server/providers/asr/funasr.ts";
import { FunAsrWords } from "../../../host-server/providers/asr/funasr-words.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const SIGNAL = new AbortController().signal;
const PCM = new Int16Array(960).fill(7);

interface Peer {
  send(message: object | string): void;
  close(): void;
}

/** A scripted server: `answer` gets each JSON message, and the number of bytes of sound before it. */
async function withFunAsr(
  answer: (message: { [member: string]: unknown }, peer: Peer, bytes: number) => void,
  use: (url: string, gone: Promise<void>) => Promise<void>,
): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const gone = Promise.withResolvers<void>();
  server.on("connection", (socket) => {
    let bytes = 0;
    const peer = {
      send: (message: object | string) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
      close: () => socket.close(),
    };
    socket.on("close", () => gone.resolve());
    socket.on("message", (data, isBinary) => {
      if (isBinary) bytes += (data as Buffer).length;
      else answer(JSON.parse(String(data)), peer, bytes);
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    await use(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, gone.promise);
  } finally {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}

function recogniser(given: object) {
  return funasr.create(funasr.settings.parse(given), providerContext());
}

async function* frames() {
  yield PCM;
  yield PCM;
}

const hear = (given: object, signal = SIGNAL) => collect(recogniser(given).transcribe(frames(), { tools: [] }, signal));

test("in two passes words come while one speaks, and are corrected at the end", async () => {
  await withFunAsr(
    (message, peer, bytes) => {
      if (message["is_speaking"] === true) {
        assert.deepEqual([message["mode"], message["audio_fs"], message["hotwords"]], ["2pass", 16_000, '{"小智":20}']);
        peer.send({ mode: "2pass-online", text: "打开", is_final: false });
        return;
      }
      assert.equal(bytes, 2 * PCM.byteLength);
      peer.send({ mode: "2pass-online", text: "灯" });
      peer.send({ mode: "2pass-offline", text: "<|zh|><|NEUTRAL|><|Speech|><|woitn|>打开灯。", is_final: true });
    },
    async (url, gone) => {
      const transcripts = await hear({ url, hotwords: { 小智: 20 } });
      assert.deepEqual(transcripts.at(-1), { text: "打开灯。", final: true });
      assert.ok(transcripts.slice(0, -1).every(({ final }) => !final));
      await gone;
    },
  );
});

test("a server that never says that it has ended is not waited for", async () => {
  await withFunAsr(
    (message, peer) => {
      if (message["is_speaking"] === false) peer.send({ mode: "2pass-offline", text: "你好", is_final: false });
    },
    async (url) => assert.deepEqual((await hear({ url })).at(-1), { text: "你好", final: true }),
  );
});

test("of a recording there is one result", async () => {
  await withFunAsr(
    (message, peer) => {
      if (message["is_speaking"] === false) peer.send({ mode: "offline", text: "hello", is_final: false });
    },
    async (url) => assert.deepEqual(await hear({ url, mode: "offline" }), [{ text: "hello", final: true }]),
  );
});

test("what goes wrong is named, and an abort ends the request", async () => {
  await assert.rejects(hear({ url: "ws://127.0.0.1:1" }), { name: "AsrError", code: "asr-unreachable" });
  await assert.rejects(recogniser({ url: "ws://127.0.0.1:1" }).check?.() ?? Promise.resolve(), {
    code: "asr-unreachable",
  });
  await withFunAsr(
    (_message, peer) => peer.send("<html>"),
    async (url) => assert.rejects(hear({ url }), { code: "asr-broken", message: /no JSON: <html>/ }),
  );
  const abort = new AbortController();
  await withFunAsr(
    (message) => message["is_speaking"] === false && abort.abort(),
    async (url, gone) => {
      await recogniser({ url }).check?.();
      assert.deepEqual(await hear({ url }, abort.signal), []);
      await gone;
    },
  );
});

test("any messages are read without harm, and marks are never words", () => {
  const message = fc.oneof(
    fc.jsonValue(),
    fc.record({
      mode: fc.constantFrom("2pass-online", "2pass-offline", "offline", "online", 7),
      text: fc.oneof(fc.string(), fc.constant("<|zh|>")),
      is_final: fc.oneof(fc.boolean(), fc.constant(undefined)),
    }),
  );
  fc.assert(
    fc.property(fc.array(message), (messages) => {
      const words = new FunAsrWords();
      for (const one of messages) words.take(one);
      assert.doesNotMatch(words.text, /<\|[^|]*\|>/);
    }),
    { numRuns: 100 },
  );
});
