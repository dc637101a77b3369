import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { systemClock } from "../../../host-server/clock.ts";
import { StageError } from "../../../host-server/errors.ts";
import { createLog } from "../../../host-server/log.ts";
import { wyoming as asrProvider } from "../../../host-server/providers/asr/wyoming.ts";
import type { Asr } from "../../../host-server/providers/asr.ts";
import { wyoming as ttsProvider } from "../../../host-server/providers/tts/wyoming.ts";
import type { Tts } from "../../../host-server/providers/tts.ts";
import { describeWyoming, openWyoming } from "../../../host-server/providers/wyoming/connection.ts";
import { WyomingServer } from "../../../host-server/wyoming/wyoming-server.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const SIGNAL = new AbortController().signal;

const asr: Asr = {
  transcribe: async function* (frames) {
    let samples = 0;
    for await (const frame of frames) samples += frame.length;
    yield { text: `${Math.round(samples / 16)} ms`, final: true };
  },
  close: async () => {},
};

const tts: Tts = {
  speak: async function* (text) {
    if (text.includes("fail")) throw new StageError("tts-down", "it is down");
    yield { pcm: new Int16Array(text.length).fill(7), sampleRate: 16_000 };
  },
  close: async () => {},
};

async function withServer(use: (uri: string, port: number) => Promise<void>): Promise<void> {
  const server = new WyomingServer({
    asr,
    tts,
    models: { asr: "soundswallower", tts: "flite" },
    languages: ["en"],
    asrMs: 5_000,
    ttsMs: 5_000,
    clock: systemClock,
    log: createLog({ level: "silent" }),
  });
  await new Promise<void>((resolve) => server.tcp.listen(0, "127.0.0.1", resolve));
  try {
    await use(`tcp://127.0.0.1:${server.port}`, server.port);
  } finally {
    await server.close();
  }
}

test("it says what it has", async () => {
  await withServer(async (uri) => {
    const info = JSON.stringify(await describeWyoming(uri));
    assert.match(info, /"asr":\[.*"models":\[\{"name":"soundswallower".*"languages":\["en"\]/);
    assert.match(info, /"tts":\[.*"voices":\[\{"name":"flite"/);
    await asrProvider.create(asrProvider.settings.parse({ uri }), providerContext()).check?.();
  });
});

test("our own clients are heard and spoken to", async () => {
  await withServer(async (uri) => {
    const frames = async function* () {
      for (let at = 0; at < 10; at++) yield new Int16Array(960);
    };
    const recogniser = asrProvider.create(asrProvider.settings.parse({ uri }), providerContext());
    assert.deepEqual(await collect(recogniser.transcribe(frames(), { tools: [] }, SIGNAL)), [
      { text: "600 ms", final: true },
    ]);
    const voice = ttsProvider.create(ttsProvider.settings.parse({ uri }), providerContext());
    const speech = await collect(voice.speak("Good morning. How are you?", SIGNAL));
    assert.deepEqual(
      speech.map(({ pcm, sampleRate }) => [pcm.length, sampleRate]),
      [
        ["Good morning.".length, 16_000],
        ["How are you?".length, 16_000],
      ],
    );
    await assert.rejects(collect(voice.speak("Please fail.", SIGNAL)), { code: "tts-refused", message: /it is down/ });
  });
});

test("sound in stereo at another rate is understood", async () => {
  await withServer(async (uri) => {
    const connection = await openWyoming(uri, SIGNAL);
    const format = { rate: 48_000, width: 2, channels: 2 };
    connection.send("transcribe", { language: "en" });
    connection.send("audio-start", format);
    connection.send("audio-chunk", format, new Uint8Array(48_000 * 4));
    connection.send("audio-stop");
    for await (const { type, data } of connection.events) {
      assert.equal(type, "transcript");
      assert.ok(Math.abs(Number.parseInt(String(data["text"]), 10) - 1000) <= 2, String(data["text"]));
      break;
    }
    connection.close();
  });
});

test("a text in pieces is spoken by the sentence, before it ends", async () => {
  await withServer(async (uri) => {
    const connection = await openWyoming(uri, SIGNAL);
    const types: string[] = [];
    connection.send("synthesize-start", {});
    connection.send("synthesize-chunk", { text: "Good morning, all of you. How " });
    for await (const { type } of connection.events) {
      types.push(type);
      if (type === "audio-chunk" && types.filter((name) => name === type).length === 1) {
        connection.send("synthesize-chunk", { text: "are you?" });
        connection.send("synthesize", { text: "Good morning, all of you. How are you?" });
        connection.send("synthesize-stop");
      }
      if (type === "synthesize-stopped") break;
    }
    connection.close();
    assert.deepEqual(types, ["audio-start", "audio-chunk", "audio-chunk", "audio-stop", "synthesize-stopped"]);
  });
});

test("nonsense ends its own connection with a word, and no other", async () => {
  await withServer(async (uri, port) => {
    const socket = connect(port, "127.0.0.1");
    socket.end("GET / HTTP/1.1\r\n\r\n");
    const answer = Buffer.concat(await collect(socket as AsyncIterable<Buffer>)).toString();
    assert.match(answer, /"type":"error".*expected a JSON object/s);
    const connection = await openWyoming(uri, SIGNAL);
    connection.send("unheard-of");
    connection.send("audio-stop");
    connection.send("synthesize-stop");
    connection.send("ping", { text: "a" });
    for await (const { type, data } of connection.events) {
      if (type === "synthesize-stopped") continue;
      assert.deepEqual([type, data], ["pong", { text: "a" }]);
      break;
    }
    connection.close();
  });
});
