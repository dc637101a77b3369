import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { oggOpusFile } from "../../../../host-server/audio/ogg-opus-file.ts";
import { createEncoder } from "../../../../host-server/audio/opus.ts";
import { toPacketFile } from "../../../../host-server/audio/packet-file.ts";
import { writeWav } from "../../../../host-server/audio/wav.ts";
import { closestSong } from "../../../../host-server/tools/plugins/music/song-match.ts";
import { wavSound } from "../../../../host-server/tools/plugins/music/wav-sound.ts";
import type { ToolOutcome } from "../../../../host-server/tools/source.ts";
import { plugin } from "../../fakes/plugin.ts";
import { tone } from "../../fakes/stages.ts";
import { createWorld } from "../../fakes/world.ts";

const signal = new AbortController().signal;
const SECONDS = 2;
const WAV = writeWav({ pcm: tone(SECONDS * 16_000, 16_000), sampleRate: 16_000, channels: 1 });

/** Opus packets of a tone. */
function packets(): Uint8Array[] {
  const encoder = createEncoder({ sampleRate: 24_000 });
  const pcm = tone(SECONDS * 24_000, 24_000);
  return Array.from({ length: Math.floor(pcm.length / 1440) }, (_, at) =>
    encoder.encode(pcm.subarray(at * 1440, (at + 1) * 1440)),
  );
}

/** Silent frames of MPEG 1, layer III: 128 kbit/s, 44.1 kHz, stereo, 1152 samples each. */
function mp3(): Uint8Array {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  return Buffer.concat(Array.from({ length: 80 }, () => frame));
}

/** A data folder with these files in `music`. */
function withMusic(files: Record<string, Uint8Array | string>): string {
  const dataDirectory = mkdtempSync(join(tmpdir(), "music-"));
  after(() => rmSync(dataDirectory, { recursive: true }));
  mkdirSync(join(dataDirectory, "music"));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(dataDirectory, "music", name)), { recursive: true });
    writeFileSync(join(dataDirectory, "music", name), bytes);
  }
  return dataDirectory;
}

async function secondsOf({ sound }: ToolOutcome): Promise<number> {
  let seconds = 0;
  for await (const { pcm, sampleRate } of sound?.open(signal) ?? []) seconds += pcm.length / sampleRate;
  return seconds;
}

test("songs of every kind are played from their beginning to their end", async () => {
  const dataDirectory = withMusic({
    "01 - Moon River.wav": WAV,
    "Queen/Radio Ga Ga.ogg": oggOpusFile(packets(), { sampleRate: 24_000, packetMs: 60, vendor: "test" }),
    "邓丽君/月亮代表我的心.p3": toPacketFile(packets()),
    "Silence.mp3": mp3(),
    "notes.txt": "no song",
  });
  const { run } = plugin("play_music", { dataDirectory });
  const moon = await run({ song_name: "moon river" });
  assert.deepEqual([moon.reply, moon.sound?.title], ["Playing Moon River.", "Moon River"]);
  assert.equal(await secondsOf(moon), SECONDS);
  const queen = await run({ song_name: "something by queen" });
  assert.equal(queen.sound?.title, "Radio Ga Ga");
  assert.equal((await run({ song_name: "邓丽君" })).sound?.title, "月亮代表我的心");
  assert.ok(Math.abs((await secondsOf(queen)) - SECONDS) < 0.1);
  const chinese = await run({ song_name: "月亮代表我的心" });
  assert.equal(chinese.reply, "正在播放月亮代表我的心。");
  assert.ok(Math.abs((await secondsOf(chinese)) - SECONDS) < 0.1);
  const silence = await secondsOf(await run({ song_name: "silence" }));
  assert.ok(silence > 1.9 && silence < 2.2, `${silence} s of 80 frames`);
});

test("any song is another one than the last, and the next one follows it", async () => {
  const files = Object.fromEntries(["A one", "B two", "C three"].map((name) => [`${name}.wav`, WAV]));
  const { run } = plugin("play_music", { dataDirectory: withMusic(files) });
  const titleOf = async (song_name: string) => (await run({ song_name })).sound?.title;
  assert.equal(await titleOf("B two"), "B two");
  assert.equal(await titleOf("next"), "C three");
  assert.equal(await titleOf("下一首"), "A one");
  for (let count = 0, last = "A one"; count < 10; count++) {
    const title = (await titleOf("random")) as string;
    assert.notEqual(title, last);
    last = title;
  }
});

test("what cannot be played is told of", async () => {
  const { run } = plugin("play_music", {
    dataDirectory: withMusic({ "Broken.ogg": "x", "Noise.mp3": "not music", "A.wav": WAV }),
  });
  await assert.rejects(run({ song_name: "broken" }), /^ToolError: "Broken" cannot be played: /);
  await assert.rejects(run({ song_name: "noise" }), { message: '"Noise" cannot be played: no MP3 sound in it' });
  await assert.rejects(run({ song_name: "Yesterday" }), {
    message: 'There is no song like "Yesterday". Some that are there: A, Broken, Noise.',
  });
  await assert.rejects(plugin("play_music", { dataDirectory: withMusic({}) }).run({ song_name: "random" }), /no music/);
  assert.ok(!plugin("play_music").isOffered, "without a folder there is nothing to play");
});

test("songs are found by words that are not quite theirs", () => {
  const songs = ["Bohemian Rhapsody", "Somebody to Love", "晴天", "七里香", "Für Elise"].map((title) => ({
    title,
    fullName: title,
    folders: [],
  }));
  const found = (words: string) => closestSong(words, songs)?.title;
  assert.equal(found("bohemian rapsody"), "Bohemian Rhapsody");
  assert.equal(found("somebody to love by queen"), "Somebody to Love");
  assert.equal(found("周杰伦的晴天"), "晴天");
  assert.equal(found("fur elise"), "Für Elise");
  assert.equal(found("symphony number nine"), undefined);
  assert.equal(found("!?"), undefined);
});

test("a WAV file is read in whatever pieces it comes", async () => {
  const pcm = tone(700, 16_000);
  const stereo = writeWav({
    pcm: Int16Array.from([...pcm].flatMap((sample) => [sample, sample])),
    sampleRate: 44_100,
    channels: 2,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), async (sizes) => {
      async function* pieces() {
        for (let at = 0, index = 0; at < stereo.length; index++) {
          const size = sizes[index % sizes.length] as number;
          yield stereo.slice(at, at + size);
          at += size;
        }
      }
      const heard: number[] = [];
      for await (const { pcm: part } of wavSound(pieces())) heard.push(...part);
      assert.deepEqual(heard, [...pcm]);
    }),
    { numRuns: 40 },
  );
});

test("bytes that are no WAV file are refused", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const read = async () => {
        for await (const _ of wavSound(
          (async function* () {
            yield bytes;
          })(),
        ));
      };
      await assert.rejects(read, { name: "WavError" });
    }),
  );
});

const PLAY = (song_name: string) => [
  { type: "tool-call" as const, call: { id: "1", name: "play_music", arguments: { song_name } } },
];

test("a song plays after the words, at the pace of speech, under its title", async () => {
  const { connect, clock, turns } = createWorld(
    { rounds: [PLAY("moon river")] },
    {},
    withMusic({ "Moon River.wav": WAV }),
  );
  const device = await connect();
  device.detect("play moon river");
  await clock.advance(6_000);
  assert.deepEqual(device.trace.slice(-6), [
    "stt % play_music",
    "sentence Playing Moon River",
    "frames",
    "sentence Moon River",
    "frames",
    "tts stop",
  ]);
  const span = (device.frameTimes.at(-1) as number) / 1000;
  assert.ok(span > SECONDS, "not in one go");
  assert.deepEqual(
    turns[0]?.tools.map(({ name }) => name),
    ["play_music"],
  );
});

test("a song is interrupted like speech", async () => {
  const long = writeWav({ pcm: tone(60 * 16_000, 16_000), sampleRate: 16_000, channels: 1 });
  const { connect, clock, turns } = createWorld({ rounds: [PLAY("long")] }, {}, withMusic({ "A long one.wav": long }));
  const device = await connect();
  device.detect("play the long one");
  await clock.advance(10_000);
  device.send({ type: "abort" });
  await clock.advance(10);
  const frames = device.frameTimes.length;
  assert.ok(frames > 100);
  assert.equal(device.trace.at(-1), "tts stop");
  await clock.advance(5_000);
  assert.equal(device.frameTimes.length, frames);
  assert.equal(turns[0]?.isInterrupted, true);
});

test("a voice without words pauses a song, which goes on where it was", async () => {
  const long = writeWav({ pcm: tone(40 * 16_000, 16_000), sampleRate: 16_000, channels: 1 });
  const dataDirectory = withMusic({ "A long one.wav": long });
  const { connect, clock } = createWorld({ rounds: [PLAY("long")], heard: [""] }, {}, dataDirectory);
  const device = await connect();
  device.listen("start", "realtime");
  device.detect("play the long one");
  await clock.advance(22_000);
  device.talk(600, 2_000);
  await clock.advance(40_000);
  const titles = device.trace.filter((line) => line === "sentence A long one");
  assert.equal(titles.length, 2, "shown again, because devices forget it with the pause");
  const seconds = (device.frameTimes.length * 60) / 1000;
  assert.ok(seconds > 40 && seconds < 58, `${seconds} s of sound for a song of 40 s: not from its beginning`);
});
