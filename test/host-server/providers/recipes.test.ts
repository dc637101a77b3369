import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { proofOfOrigin } from "../../../docs/recipes/edge.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { loadProviderFiles } from "../../../host-server/providers/files/provider-files.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";
import { scriptedSocket } from "../fixtures/scripted-socket.ts";

const SIGNAL = new AbortController().signal;
const PCM = Int16Array.of(1, -2, 3, -4, 5, -6, 7, -8);
const RECIPES = join(import.meta.dirname, "../../../docs/recipes");
const { registry, files } = await loadProviderFiles(RECIPES, providers, systemClock);

function voice(name: string, given: object) {
  const provider = registry.tts.find((candidate) => candidate.name === name);
  assert.ok(provider, `no voice ${name}`);
  const tts = provider.create(provider.settings.parse(given), providerContext());
  return (text: string, signal = SIGNAL) => collect(tts.speak(text, signal));
}

function recogniser(name: string, given: object) {
  const provider = registry.asr.find((candidate) => candidate.name === name);
  assert.ok(provider, `no recogniser ${name}`);
  const asr = provider.create(provider.settings.parse(given), providerContext());
  const frames = async function* () {
    yield PCM;
    yield PCM;
  };
  return (signal = SIGNAL) => collect(asr.transcribe(frames(), { tools: [] }, signal));
}

const bytesOf = (pcm: Int16Array) => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
const samplesOf = (speech: readonly { pcm: Int16Array }[]) => speech.flatMap(({ pcm }) => [...pcm]);

test("recipes are files of providers as they lie there", () => {
  assert.deepEqual(
    files.map(({ provides, problem }) => problem ?? provides),
    [["asr aliyun", "tts aliyun"], ["asr doubao", "tts doubao"], ["tts edge"]],
  );
});

test("Edge: proof of origin, two messages, sound behind headers until the turn ends", async (t) => {
  // Of the second 1 700 000 000, as edge-tts makes it.
  assert.equal(proofOfOrigin(1_700_000_000_000), "42301B335578FEFDAE2637DED1ABD614505D432559EC08032B82048483726AFF");
  assert.equal(proofOfOrigin(1_700_000_000_000), proofOfOrigin(1_700_000_099_000));
  assert.notEqual(proofOfOrigin(1_700_000_000_000), proofOfOrigin(1_700_000_100_000));
  const told: string[] = [];
  const server = await scriptedSocket((socket, request) => {
    const asked = new URL(request.url ?? "", "ws://x").searchParams;
    assert.match(asked.get("Sec-MS-GEC") ?? "", /^[0-9A-F]{64}$/);
    assert.match(request.headers.origin ?? "", /^chrome-extension:/);
    assert.match(request.headers.cookie ?? "", /^muid=[0-9A-F]{32};$/);
    const sound = (bytes: Uint8Array) => {
      const header = Buffer.from("X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n");
      return Buffer.concat([Buffer.from([header.length >> 8, header.length & 0xff]), header, bytes]);
    };
    socket.on("message", (data) => {
      const text = String(data);
      told.push(text);
      if (!text.includes("Path:ssml")) return;
      socket.send("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}");
      if (text.includes("endless")) return;
      const bytes = bytesOf(PCM);
      socket.send(sound(bytes.subarray(0, 5)));
      socket.send(sound(bytes.subarray(5)));
      if (text.includes("half")) return socket.close();
      socket.send(sound(new Uint8Array(0)));
      socket.send("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}");
    });
  });
  t.after(server.close);
  const speak = voice("edge", { url: server.url, voice: "de-DE-KatjaNeural", rate: "+10%" });
  assert.deepEqual(samplesOf(await speak("Müller & <Söhne>")), [...PCM]);
  assert.match(told[0] ?? "", /Path:speech\.config\r\n\r\n\{.*audio-24khz-48kbitrate-mono-mp3/s);
  assert.match(told[1] ?? "", /<voice name='de-DE-KatjaNeural'>.*rate='\+10%'.*Müller &amp; &lt;Söhne&gt;</s);
  await assert.rejects(speak("half"), { name: "TtsError", code: "tts-broken" });
  await assert.rejects(voice("edge", { url: "ws://127.0.0.1:1" })("x"), { code: "tts-unreachable" });
  assert.throws(() => voice("edge", { rate: "fast" }));
});

/** A service with the tasks of Aliyun. */
async function aliyun(t: TestContext, fails = false): Promise<{ url: string; told: { [member: string]: unknown }[] }> {
  const told: { [member: string]: unknown }[] = [];
  let bytes = 0;
  const server = await scriptedSocket((socket, request) => {
    assert.equal(request.headers.authorization, "Bearer sk-1");
    const say = (event: string, sentence?: object) =>
      socket.send(
        JSON.stringify({ header: { event, error_code: "InvalidParameter" }, payload: { output: { sentence } } }),
      );
    socket.on("message", (data, isBinary) => {
      if (isBinary) {
        bytes += (data as Buffer).length;
        return;
      }
      const { header, payload } = JSON.parse(String(data));
      told.push(payload);
      if (header.action === "run-task") return say(fails ? "task-failed" : "task-started");
      if (header.action !== "finish-task") return;
      if (bytes > 0) {
        say("result-generated", { text: "打开" });
        say("result-generated", { text: "打开灯。", sentence_end: true });
        say("result-generated", { text: "谢谢" });
        say("result-generated", { text: "谢谢。", sentence_end: true });
      } else socket.send(bytesOf(PCM));
      say("task-finished");
    });
  });
  t.after(server.close);
  return { url: server.url, told };
}

test("Aliyun: words while one speaks, sentence after sentence, and a voice", async (t) => {
  const { url, told } = await aliyun(t);
  const given = { url, api_key: "sk-1" };
  assert.deepEqual(samplesOf(await voice("aliyun", given)("你好")), [...PCM]);
  assert.deepEqual(
    told.map((payload) => payload["input"]),
    [{}, { text: "你好" }, {}],
  );
  assert.deepEqual(await recogniser("aliyun", { ...given, language: "zh" })(), [
    { text: "打开", final: false },
    { text: "打开灯。", final: false },
    { text: "打开灯。谢谢", final: false },
    { text: "打开灯。谢谢。", final: false },
    { text: "打开灯。谢谢。", final: true },
  ]);
  assert.deepEqual((told[3]?.["parameters"] as object | undefined) ?? {}, {
    format: "pcm",
    sample_rate: 16_000,
    language_hints: ["zh"],
  });
  const broken = await aliyun(t, true);
  const refused = { url: broken.url, api_key: "sk-1" };
  await assert.rejects(voice("aliyun", refused)("x"), { code: "tts-refused", message: /InvalidParameter/ });
  await assert.rejects(recogniser("aliyun", refused)(), { name: "AsrError", code: "asr-refused" });
});

/** A message of Doubao's recogniser: the result with its number, or an error. */
function doubaoMessage(kind: number, flags: number, content: object): Buffer {
  const body = gzipSync(JSON.stringify(content));
  const head = Buffer.from([0x11, (kind << 4) | flags, 0x11, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 8);
  return Buffer.concat([head, body]);
}

test("Doubao: packets with headers and lengths, the last one marked", async (t) => {
  const sound: number[] = [];
  const server = await scriptedSocket((socket, request) => {
    assert.equal(request.headers["x-api-app-key"], "7");
    socket.on("message", (data: Buffer) => {
      const [kind, flags] = [(data[1] as number) >> 4, (data[1] as number) & 0xf];
      const content = gunzipSync(data.subarray(8, 8 + data.readUInt32BE(4)));
      if (kind === 1) {
        assert.equal(JSON.parse(content.toString()).audio.rate, 16_000);
        if (request.headers["x-api-access-key"] === "bad") socket.send(doubaoMessage(0xf, 0, { error: "no such key" }));
        else if (request.headers["x-api-access-key"] === "odd") socket.send(Buffer.from([0x11, 0x91, 0x11]));
      } else if (kind === 2 && flags === 0) {
        sound.push(content.length);
        socket.send(doubaoMessage(9, 1, { result: { text: "打开" } }));
      } else socket.send(doubaoMessage(9, 3, { result: { text: "打开灯。" } }));
    });
  });
  t.after(server.close);
  const given = { url: server.url, appid: "7", access_token: "t" };
  const heard = await recogniser("doubao", given)();
  assert.deepEqual(heard.at(-1), { text: "打开灯。", final: true });
  assert.deepEqual(sound, [PCM.byteLength, PCM.byteLength]);
  await assert.rejects(recogniser("doubao", { ...given, access_token: "bad" })(), { code: "asr-refused" });
  await assert.rejects(recogniser("doubao", { ...given, access_token: "odd" })(), {
    code: "asr-refused",
    message: /cannot be read/,
  });
});

test("Doubao's voice: sound in JSON", async (t) => {
  const server = createServer(async (request, response) => {
    const { app, request: asked } = JSON.parse(Buffer.concat(await collect(request)).toString());
    assert.equal(request.headers.authorization, `Bearer;${app.token}`);
    const isGood = app.token === "t";
    response.statusCode = isGood ? 200 : 401;
    const data = asked.text === "你好" ? { data: bytesOf(PCM).toString("base64") } : {};
    response.end(isGood ? JSON.stringify({ code: 3000, message: "no voice", ...data }) : "<html>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const given = { url, appid: "7", access_token: "t" };
  assert.deepEqual(samplesOf(await voice("doubao", given)("你好")), [...PCM]);
  await assert.rejects(voice("doubao", given)("x"), { code: "tts-refused", message: /200: no voice/ });
  await assert.rejects(voice("doubao", { ...given, access_token: "u" })("x"), { code: "tts-unauthorized" });
});
