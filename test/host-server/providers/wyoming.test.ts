import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { wyoming as asrProvider } from "../../../host-server/providers/asr/wyoming.ts";
import { wyoming as ttsProvider } from "../../../host-server/providers/tts/wyoming.ts";
import { payloadOf } from "../../../host-server/providers/wyoming/audio-format.ts";
import {
  EventReader,
  WyomingError,
  type WyomingEvent,
  writeEvent,
} from "../../../host-server/providers/wyoming/events.ts";
import { withWyoming } from "../fakes/wyoming-service.ts";
import { collect } from "../fixtures/collect.ts";
import { providerContext } from "../fixtures/provider-context.ts";

const SIGNAL = new AbortController().signal;
const PCM = Int16Array.from({ length: 1_000 }, (_, at) => at - 500);
const FORMAT = { rate: 22_050, width: 2, channels: 1 };

function recogniser(uri: string, more: object = {}) {
  return asrProvider.create(asrProvider.settings.parse({ uri, ...more }), providerContext());
}

function voice(uri: string, more: object = {}) {
  return ttsProvider.create(ttsProvider.settings.parse({ uri, ...more }), providerContext());
}

async function* frames(...list: Int16Array[]) {
  yield* list;
}

const hear = (uri: string, more: object = {}, signal = SIGNAL) =>
  collect(recogniser(uri, more).transcribe(frames(PCM, PCM), { tools: [] }, signal));

test("events survive any cutting of their bytes", () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)) as object);
  const event = fc.record(
    { type: fc.string(), data: json, payload: fc.uint8Array({ maxLength: 50 }) },
    { noNullPrototype: true },
  );
  const property = fc.property(fc.array(event), fc.array(fc.nat()), (events, cuts) => {
    const bytes = Buffer.concat(events.map(({ type, data, payload }) => writeEvent(type, data, payload)));
    const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    const reader = new EventReader();
    const read = borders.slice(1).flatMap((end, index) => reader.push(bytes.subarray(borders[index], end)));
    assert.deepEqual(read, events);
  });
  fc.assert(property, { numRuns: 100 });
});

test("data in the header, as older programs write it, is read too", () => {
  const bytes = Buffer.from('{"type":"transcribe","data":{"name":"a","language":"en"},"data_length":12}\n{"name":"b"}');
  assert.deepEqual(new EventReader().push(bytes), [
    { type: "transcribe", data: { name: "b", language: "en" }, payload: new Uint8Array(0) },
  ]);
});

test("bytes that are no events are refused", () => {
  for (const text of [
    "hello\n",
    "[]\n",
    "{}\n",
    '{"type":"a","data_length":-1}\n',
    '{"type":"a","payload_length":99999999999}\n',
    '{"type":"a","payload_length":"9"}\n',
    '{"type":"a","data_length":4}\nnull',
    "x".repeat(1024 * 1024 + 1),
  ]) {
    assert.throws(() => new EventReader().push(Buffer.from(text)), WyomingError, text.slice(0, 40));
  }
});

test("an utterance is sent while it is spoken, and its words come back, in pieces where the server has them", async () => {
  await withWyoming(
    ({ type }, peer) => {
      if (type !== "audio-stop") return;
      peer.send("transcript-start");
      peer.send("transcript-chunk", { text: "turn on" });
      peer.send("transcript-chunk", { text: " the light" });
      peer.send("transcript", { text: " Turn on the light. " });
      peer.send("transcript-stop");
    },
    async ({ uri, events, gone }) => {
      assert.deepEqual(await hear(uri, { model: "small", language: "en" }), [
        { text: "turn on", final: false },
        { text: "turn on the light", final: false },
        { text: "Turn on the light.", final: true },
      ]);
      await gone;
      assert.deepEqual(
        events.map(({ type }) => type),
        ["transcribe", "audio-start", "audio-chunk", "audio-chunk", "audio-stop"],
      );
      assert.deepEqual(events[0]?.data, { name: "small", language: "en" });
      assert.deepEqual(events[2]?.data, { rate: 16_000, width: 2, channels: 1 });
      assert.deepEqual(new Int16Array((events[2] as WyomingEvent).payload.buffer), PCM);
    },
  );
});

test("a text is spoken by the chosen voice, and heard while it comes", async () => {
  const first = Promise.withResolvers<void>();
  await withWyoming(
    async ({ type }, peer) => {
      if (type !== "synthesize") return;
      peer.send("audio-start", FORMAT);
      peer.send("audio-chunk", FORMAT, payloadOf(PCM));
      await first.promise;
      peer.send("audio-chunk", FORMAT, payloadOf(PCM));
      peer.send("audio-stop");
    },
    async ({ uri, events }) => {
      const rates: number[] = [];
      let samples = 0;
      for await (const { pcm, sampleRate } of voice(uri, { voice: "thorsten" }).speak("Hallo.", SIGNAL)) {
        first.resolve();
        rates.push(sampleRate);
        samples += pcm.length;
      }
      assert.deepEqual([rates, samples], [[22_050, 22_050], 2_000]);
      assert.deepEqual(events[0]?.data, { text: "Hallo.", voice: { name: "thorsten" } });
    },
  );
});

test("an abort ends a request at the server, at once", async () => {
  await withWyoming(
    ({ type }, peer) => {
      if (type === "synthesize") peer.send("audio-chunk", FORMAT, payloadOf(PCM));
    },
    async ({ uri, gone }) => {
      const abort = new AbortController();
      for await (const { pcm } of voice(uri).speak("Hello.", abort.signal)) {
        assert.ok(pcm.length > 0);
        abort.abort();
      }
      await gone;
    },
  );
  await withWyoming(
    ({ type }) => type === "audio-stop" && abort.abort(),
    async ({ uri, gone }) => {
      assert.deepEqual(await hear(uri, {}, abort.signal), []);
      await gone;
    },
  );
});

const abort = new AbortController();

test("what goes wrong at a server is named", async () => {
  const cases: readonly [answer: Parameters<typeof withWyoming>[0], code: string, message: RegExp][] = [
    [(_event, peer) => peer.send("error", { text: "no model" }), "refused", /failed: no model/],
    [(_event, peer) => peer.end(), "broken", /broke off/],
    [(_event, peer) => peer.send("audio-chunk", { ...FORMAT, width: 4 }, new Uint8Array(8)), "broken", /16 bits/],
  ];
  for (const [answer, code, message] of cases) {
    await withWyoming(answer, async ({ uri }) => {
      await assert.rejects(collect(voice(uri).speak("Hi.", SIGNAL)), {
        name: "TtsError",
        code: `tts-${code}`,
        message,
      });
      if (code === "broken" && String(message).includes("16")) return;
      await assert.rejects(hear(uri), { name: "AsrError", code: `asr-${code}`, message });
    });
  }
  const unused = "tcp://127.0.0.1:1";
  await assert.rejects(collect(voice(unused).speak("Hi.", SIGNAL)), { code: "tts-unreachable" });
  await assert.rejects(hear(unused), { code: "asr-unreachable" });
});

test("a server is asked whether it is the right one", async () => {
  const describing =
    (info: object) =>
    ({ type }: WyomingEvent, peer: { send(type: string, data: object): void }) => {
      if (type === "describe") peer.send("info", info);
    };
  await withWyoming(describing({ asr: [{ name: "whisper" }], tts: [] }), async ({ uri }) => {
    await recogniser(uri).check?.();
    await assert.rejects(voice(uri).check?.() ?? Promise.resolve(), { code: "tts-unsuitable" });
  });
  await assert.rejects(voice("tcp://127.0.0.1:1").check?.() ?? Promise.resolve(), { code: "tts-unreachable" });
  for (const uri of ["10.0.0.1:10300", "tcp://a", "http://a:1", "tcp://a:1/x"]) {
    assert.equal(asrProvider.settings.safeParse({ uri }).success, false, uri);
  }
});
