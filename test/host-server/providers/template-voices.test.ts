import assert from "node:assert/strict";
import { test } from "node:test";
import { writeWav } from "../../../host-server/audio/wav.ts";
import { command } from "../../../host-server/providers/tts/command.ts";
import { http } from "../../../host-server/providers/tts/http.ts";
import { withApi } from "../fakes/openai-llm.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const SIGNAL = new AbortController().signal;
const PCM = Int16Array.from({ length: 1_000 }, (_, at) => at + 100);
const WAV = writeWav({ pcm: PCM, sampleRate: 22_050, channels: 1 });

function httpVoice(given: object) {
  return http.create(http.settings.parse(given), providerContext());
}

/** A voice that is this program of Node, with the text behind it. */
function program(source: string, args: readonly string[] = []) {
  const settings = command.settings.parse({ command: process.execPath, args: ["-e", source, "--", ...args] });
  return command.create(settings, providerContext());
}

async function said(voice: ReturnType<typeof httpVoice>, text = "Guten Tag & $1!") {
  const speech = await collect(voice.speak(text, SIGNAL));
  return { pcm: Int16Array.from(speech.flatMap(({ pcm }) => [...pcm])), rate: speech[0]?.sampleRate };
}

test("a text goes into the place that the template has for it, of GET into the address", async () => {
  await withApi(
    (response) => response.end(WAV),
    async ({ url, asked }) => {
      const params = { text: "{text}", speed: 1 };
      assert.deepEqual(await said(httpVoice({ url: `${url}/tts/{text}?a=b`, method: "GET", params })), {
        pcm: PCM,
        rate: 22_050,
      });
      const address = new URL(asked[0]?.path ?? "", url);
      assert.equal(decodeURIComponent(address.pathname), "/v1/tts/Guten Tag & $1!");
      assert.deepEqual(
        [...address.searchParams],
        [
          ["a", "b"],
          ["text", "Guten Tag & $1!"],
          ["speed", "1"],
        ],
      );
    },
  );
});

test("of POST it goes into the body, JSON or not", async () => {
  await withApi(
    (response) => response.end(new Uint8Array(PCM.buffer)),
    async ({ url, asked }) => {
      const body = { input: { text: "<{text}>" }, list: ["{text}", 2], stream: true };
      const voice = httpVoice({ url, body, headers: { "x-key": "k" }, sample_rate: 16_000 });
      assert.deepEqual(await said(voice, 'a "b"'), { pcm: PCM, rate: 16_000 });
      assert.deepEqual(JSON.parse(String(asked[0]?.body)), {
        input: { text: '<a "b">' },
        list: ['a "b"', 2],
        stream: true,
      });
      assert.equal(asked[0]?.headers["x-key"], "k");
      assert.equal(asked[0]?.headers["content-type"], "application/json");
      await said(httpVoice({ url, body: "say {text}", headers: { "content-type": "text/plain" } }), "hi");
      assert.deepEqual([String(asked[1]?.body), asked[1]?.headers["content-type"]], ["say hi", "text/plain"]);
    },
  );
});

test("MP3 is heard; other formats are named", async () => {
  // Ten frames of silence, 32 kbit/s and 22,050 Hz.
  const frame = new Uint8Array(104);
  frame.set([0xff, 0xf3, 0x40, 0xc0]);
  const mp3 = Buffer.concat(Array.from({ length: 10 }, () => frame));
  for (const [bytes, kind] of [
    [mp3, undefined],
    [Buffer.from("OggS and more of it"), /Ogg/],
    [Buffer.from('{"error": "no voice"}'), /text/],
  ] as const) {
    await withApi(
      (response) => response.end(bytes),
      async ({ url }) => {
        if (kind) await assert.rejects(said(httpVoice({ url })), { code: "tts-garbled", message: kind });
        else assert.equal((await said(httpVoice({ url }))).rate, 22_050);
      },
    );
  }
});

test("refusals of a web request are named, and an abort ends it", async () => {
  for (const [status, code, retryable] of [
    [401, "tts-unauthorized", false],
    [400, "tts-refused", false],
    [503, "tts-server-error", true],
  ] as const) {
    await withApi(
      (response) => response.writeHead(status).end("no such voice"),
      async ({ url }) => {
        await assert.rejects(said(httpVoice({ url })), { code, retryable, message: /no such voice/ });
      },
    );
  }
  await assert.rejects(said(httpVoice({ url: "http://127.0.0.1:4/" })), { name: "TtsError", code: "tts-unreachable" });
  await withApi(
    (response) => response.write(WAV),
    async ({ url, asked }) => {
      const abort = new AbortController();
      for await (const { pcm } of httpVoice({ url }).speak("Hello.", abort.signal)) {
        assert.ok(pcm.length > 0);
        abort.abort();
      }
      await asked[0]?.gone;
    },
  );
});

test("a program is given the text as an argument or by its input, never by a shell", async () => {
  const echo = (text: string) => `process.stdout.write(Buffer.concat([Buffer.from(${text}), Buffer.alloc(40, 1)]))`;
  const heard = async (voice: ReturnType<typeof program>, text: string) => {
    const { pcm } = await said(voice, text);
    return Buffer.from(pcm.buffer).toString("utf8");
  };
  const text = "$(id); 'x' 你好 — ok";
  assert.ok((await heard(program(echo("process.argv[1]"), ["{text}"]), text)).startsWith(text));
  assert.ok((await heard(program(echo('require("fs").readFileSync(0)')), text)).startsWith(text));
  assert.ok((await heard(program(echo("process.argv[1]"), ["{text}"]), "-w /x")).startsWith(" -w /x"), "no option");
});

test("a program's WAV is heard while it writes, and it is killed by an abort", async () => {
  const source = `process.stdout.write(Buffer.from("${Buffer.from(WAV).toString("base64")}", "base64")); setInterval(() => {}, 1000)`;
  const abort = new AbortController();
  let samples = 0;
  for await (const { pcm, sampleRate } of program(source).speak("Hello.", abort.signal)) {
    assert.equal(sampleRate, 22_050);
    samples += pcm.length;
    if (samples === PCM.length) abort.abort();
  }
  assert.equal(samples, PCM.length);
});

test("a program that is missing, fails or says nothing is named", async () => {
  const missing = command.create(command.settings.parse({ command: "no-such-program" }), providerContext());
  await assert.rejects(said(missing), { code: "tts-command-failed", message: /no-such-program.*ENOENT/ });
  await assert.rejects(said(program('console.error("no voice zz"); process.exit(3)')), {
    code: "tts-command-failed",
    message: /ended with 3: no voice zz/,
  });
  await assert.rejects(said(program("")), { message: /no sound/ });
});
