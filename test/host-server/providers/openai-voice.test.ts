import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readWav, writeWav } from "../../../host-server/audio/wav.ts";
import { TtsError } from "../../../host-server/errors.ts";
import { openai as asrProvider } from "../../../host-server/providers/asr/openai.ts";
import type { Transcript } from "../../../host-server/providers/asr.ts";
import { openai as ttsProvider } from "../../../host-server/providers/tts/openai.ts";
import { PcmStream } from "../../../host-server/providers/tts/pcm-stream.ts";
import { withApi } from "../fakes/openai-llm.ts";
import { providerContext } from "../fakes/openai-server.ts";

const PCM = Int16Array.from({ length: 4_000 }, (_, at) => 9000 * Math.sin(at / 7));
const SIGNAL = new AbortController().signal;

function bytesOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

function voice(url: string, more: object = {}) {
  return ttsProvider.create(ttsProvider.settings.parse({ base_url: url, ...more }), providerContext());
}

function recogniser(url: string, more: object = {}) {
  return asrProvider.create(asrProvider.settings.parse({ base_url: url, ...more }), providerContext());
}

async function speak(url: string, more: object = {}) {
  const samples: number[] = [];
  const rates = new Set<number>();
  for await (const { pcm, sampleRate } of voice(url, more).speak("Hello.", SIGNAL)) {
    samples.push(...pcm);
    rates.add(sampleRate);
  }
  return { pcm: Int16Array.from(samples), rates: [...rates] };
}

async function transcribe(url: string, frames: readonly Int16Array[], more: object = {}): Promise<Transcript[]> {
  const source = async function* () {
    yield* frames;
  };
  const transcripts: Transcript[] = [];
  for await (const transcript of recogniser(url, more).transcribe(source(), { tools: [] }, SIGNAL)) {
    transcripts.push(transcript);
  }
  return transcripts;
}

test("a voice is asked for samples and heard as they are", async () => {
  await withApi(
    (response) => response.end(bytesOf(PCM)),
    async ({ url, asked }) => {
      assert.deepEqual(await speak(url, { model: "tts-1", voice: "nova", speed: 1.2 }), { pcm: PCM, rates: [24_000] });
      assert.equal(asked[0]?.path, "/v1/audio/speech");
      assert.deepEqual(JSON.parse(String(asked[0]?.body)), {
        model: "tts-1",
        voice: "nova",
        response_format: "pcm",
        speed: 1.2,
        input: "Hello.",
      });
      assert.deepEqual((await speak(url, { sample_rate: 16_000 })).rates, [16_000]);
    },
  );
});

test("the first sound is heard before the last one is there", async () => {
  const release = Promise.withResolvers<void>();
  await withApi(
    async (response) => {
      response.write(bytesOf(PCM).subarray(0, 2_001));
      await release.promise;
      response.end(bytesOf(PCM).subarray(2_001));
    },
    async ({ url }) => {
      let samples = 0;
      for await (const { pcm } of voice(url).speak("Hello.", SIGNAL)) {
        samples += pcm.length;
        release.resolve();
      }
      assert.equal(samples, PCM.length);
    },
  );
});

test("any cutting of a stream gives the same samples, bare or in a WAV file", () => {
  const wav = writeWav({ pcm: PCM, sampleRate: 22_050, channels: 1 });
  const unknownLength = wav.slice();
  new DataView(unknownLength.buffer).setUint32(40, 0xffffffff, true);
  const withTail = new Uint8Array([...wav, ...new TextEncoder().encode("LIST\x04\0\0\0INFO")]);
  const streams = fc.constantFrom<[Uint8Array, number]>(
    [bytesOf(PCM), 24_000],
    [wav, 22_050],
    [unknownLength, 22_050],
    [withTail, 22_050],
  );
  const property = fc.property(streams, fc.array(fc.nat({ max: 9_000 }), { maxLength: 60 }), ([bytes, rate], cuts) => {
    const stream = new PcmStream(24_000);
    const samples: number[] = [];
    const borders = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
    for (const [index, end] of borders.slice(1).entries()) {
      const speech = stream.push(bytes.slice(borders[index], end));
      if (!speech) continue;
      assert.equal(speech.sampleRate, rate);
      samples.push(...speech.pcm);
    }
    stream.end();
    assert.deepEqual(Int16Array.from(samples), PCM);
  });
  fc.assert(property, { numRuns: 200 });
});

test("sound that is not samples is refused, saying what it is", async () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const cases: [bytes: Uint8Array, message: RegExp][] = [
    [text("ID3 and so on ..."), /it sent MP3; see tts\.openai\.response_format/],
    [new Uint8Array([0xff, 0xfb, 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0]), /MP3/],
    [text("OggS and so on ..."), /Ogg/],
    [text('{"error": "no voice today"}'), /it sent text/],
    [text("RIFF"), /4 bytes are no speech/],
    [writeWav({ pcm: PCM, sampleRate: 16_000, channels: 2 }), /expected mono of 16 bits, got 2 channels/],
    [text(`RIFF....WAVE${"junk\0\0\0\0".repeat(600)}`), /has no samples/],
  ];
  for (const [bytes, message] of cases) {
    await withApi(
      (response) => response.end(bytes),
      async ({ url }) => {
        await assert.rejects(speak(url), (error: unknown) => {
          assert.ok(error instanceof TtsError);
          assert.equal(error.code, "tts-garbled");
          assert.match(error.message, message);
          return true;
        });
      },
    );
  }
});

test("what a voice's server refuses is named; what may pass is worth another try", async () => {
  for (const [status, code, retryable] of [
    [401, "tts-unauthorized", false],
    [404, "tts-not-found", false],
    [500, "tts-server-error", true],
  ] as const) {
    await withApi(
      (response) => response.writeHead(status).end("no"),
      async ({ url }) => {
        await assert.rejects(speak(url), { name: "TtsError", code, retryable });
      },
    );
  }
});

test("an abort ends a voice's request at the server", async () => {
  await withApi(
    (response) => response.write(bytesOf(PCM)),
    async ({ url, asked }) => {
      const abort = new AbortController();
      for await (const { pcm } of voice(url).speak("Hello.", abort.signal)) {
        assert.ok(pcm.length > 0);
        abort.abort();
      }
      await asked[0]?.gone;
    },
  );
});

test("an utterance is sent as a WAV file, and its words come back", async () => {
  await withApi(
    (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"text":" Hello there. "}'),
    async ({ url, asked }) => {
      const frames = [PCM.subarray(0, 960), PCM.subarray(960)];
      const transcripts = await transcribe(url, frames, { language: "en", prompt: "XiaoZhi", api_key: "k" });
      assert.deepEqual(transcripts, [{ text: "Hello there.", final: true }]);
      const { path, headers, body } = asked[0] as (typeof asked)[number];
      assert.equal(path, "/v1/audio/transcriptions");
      assert.equal(headers.authorization, "Bearer k");
      const form = await new Response(new Uint8Array(body), {
        headers: { "content-type": String(headers["content-type"]) },
      }).formData();
      const fields = ["model", "language", "prompt", "response_format"].map((name) => form.get(name));
      assert.deepEqual(fields, ["whisper-1", "en", "XiaoZhi", "json"]);
      const wav = readWav(new Uint8Array(await (form.get("file") as File).arrayBuffer()));
      assert.deepEqual([wav.sampleRate, wav.channels, wav.pcm], [16_000, 1, PCM]);
    },
  );
});

test("next to nothing has no words, and nobody is asked", async () => {
  await withApi(
    (response) => response.end(),
    async ({ url, asked }) => {
      assert.deepEqual(await transcribe(url, [PCM.subarray(0, 500)]), [{ text: "", final: true }]);
      assert.equal(asked.length, 0);
    },
  );
});

test("a recogniser that fails or talks nonsense is named", async () => {
  for (const [status, type, body, code] of [
    [401, "application/json", "{}", "asr-unauthorized"],
    [200, "application/json", '{"words":[]}', "asr-garbled"],
    [200, "application/json", "{", "asr-garbled"],
    [503, "text/plain", "busy", "asr-server-error"],
  ] as const) {
    await withApi(
      (response) => response.writeHead(status, { "content-type": type }).end(body),
      async ({ url }) => {
        await assert.rejects(transcribe(url, [PCM]), { name: "AsrError", code }, body);
      },
    );
  }
});

test("samples may lie at any place of a buffer", () => {
  const bytes = Buffer.concat([Buffer.from([0]), Buffer.from(Int16Array.of(1, -2, 3, -4, 5, -6).buffer)]);
  assert.deepEqual([...(new PcmStream(24_000).push(bytes.subarray(1))?.pcm ?? [])], [1, -2, 3, -4, 5, -6]);
});
