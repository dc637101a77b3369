import assert from "node:assert/strict";
import { test } from "node:test";
import { resample } from "../../../simulator/audio/resample.ts";
import { program, run } from "./program.ts";

function tone(samples: number, sampleRate: number, hz = 440): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * hz * i) / sampleRate)),
  );
}

function peak(pcm: Int16Array): number {
  return pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

test("the microphone delivers at the rate of the clock between start and stop", async () => {
  const { clock, device, said } = program(`import AudioIn from "embedded:io/audio/in";
    import Timer from "timer";
    export default () => {
      let total = 0;
      const buffer = new Uint8Array(640);
      const input = new AudioIn({
        sampleRate: 16000, channels: 1, bitsPerSample: 16,
        onReadable(count) {
          if (total === 0) say([count, this === input, attempt(() => this.read(count + 2))]);
          for (; count >= 640; count -= 640) total += this.read(buffer);
        },
      });
      say([input.sampleRate, input.channels, input.bitsPerSample, input.audioType, input.format]);
      Timer.set(() => input.start(), 500);
      Timer.set(() => { input.stop(); say(total); }, 1510);
      Timer.set(() => { say(total); say(input.read() === undefined); input.close(); input.close(); }, 3000);
    };`);
  device.start();
  await clock.advance(4000);
  assert.deepEqual(said, [[16000, 1, 16, "LPCM", "buffer"], [1000, true, "Error: invalid size"], 32000, 32000, true]);
  assert.equal(device.stats.heardSamples, 16000);
  device.close();
});

test("speech is heard sample by sample, in order, and say() resolves when it has been heard", async () => {
  const { clock, device, said } = program(
    `import AudioIn from "embedded:io/audio/in";
    export default () => {
      const heard = [];
      const input = new AudioIn({
        sampleRate: 16000,
        onReadable() {
          const samples = new Int16Array(this.read());
          for (const sample of samples) if (sample) heard.push(sample);
          if (heard.length === 700) { say(heard); this.stop(); }
        },
      });
      input.start();
    };`,
    { budget: { slots: 20_000, chunkBytes: 200_000 } },
  );
  const spoken = Int16Array.from({ length: 700 }, (_, i) => i + 1);
  const done = Promise.all([
    device.microphone.say(spoken.subarray(0, 300), 16000),
    device.microphone.say(spoken.subarray(300), 16000),
  ]);
  device.start();
  await clock.run(done);
  assert.equal(device.microphone.isSpeaking, false);
  await clock.advance(50);
  assert.deepEqual(said, [[...spoken]]);
  device.close();
});

test("a microphone that is not read loses what does not fit", async () => {
  const said = await run(
    `import AudioIn from "embedded:io/audio/in";
    import Timer from "timer";
    export default () => {
      const input = new AudioIn({ sampleRate: 16000 });
      input.start();
      Timer.set(() => say(input.read().byteLength), 2000);
    };`,
    2100,
  );
  assert.deepEqual(said, [8000]);
});

test("the speaker takes blocks at its rate and refuses more than there is room for", async () => {
  const { clock, device, said } = program(`import AudioOut from "embedded:io/audio/out";
    import Timer from "timer";
    export default () => {
      const calls = [];
      const output = new AudioOut({
        sampleRate: 24000, channels: 1, bitsPerSample: 16,
        onWritable(count) { calls.push(count); if (output && isPlaying) output.write(new Uint8Array(count)); },
      });
      let isPlaying = false;
      Timer.set(() => {
        say(calls);
        say(attempt(() => output.write(new Uint8Array(3002))));
        say(attempt(() => output.write(new Uint8Array(3))));
        say(attempt(() => { output.volume = 1.5; }));
        isPlaying = true;
        output.start();
        output.start();
      }, 100);
      Timer.set(() => { output.stop(); say(calls.slice(1, 4)); say(calls.length); }, 1110);
    };`);
  device.start();
  await clock.advance(2000);
  assert.deepEqual(said, [
    [3000],
    "Error: insufficient space",
    "Error: full samples only",
    "RangeError: invalid volume",
    [3000, 1500, 1500],
    34,
  ]);
  assert.equal(device.stats.playedSamples, 24000);
  assert.equal(device.stats.underruns, 0);
  device.close();
});

/** Plays a tone of 30 blocks; with a pause, 10 of them come late. */
function playing(pauseMs: number): string {
  return `import AudioOut from "embedded:io/audio/out";
    import Timer from "timer";
    export default () => {
      let block = 0;
      let isPaused = false;
      const fill = (count) => {
        for (; count >= 960 && block < 30 && !isPaused; count -= 960, block++) {
          const samples = new Int16Array(480);
          for (let i = 0; i < 480; i++) samples[i] = 8000 * Math.sin((2 * Math.PI * 440 * (block * 480 + i)) / 24000);
          output.write(samples.buffer);
          if (block === 19 && ${pauseMs}) { isPaused = true; Timer.set(() => { isPaused = false; }, ${pauseMs}); }
        }
      };
      const output = new AudioOut({ sampleRate: 24000, onWritable: (count) => output && fill(count) });
      output.volume = 0.5;
      Timer.set(() => output.start(), 200);
    };`;
}

test("what is played is recorded with its time, volume and gaps", async () => {
  const smooth = program(playing(0));
  const startedAt = smooth.clock.now();
  const { speaker } = smooth.device;
  speaker.record();
  smooth.device.start();
  await smooth.clock.advance(2000);
  const played = speaker.recording();
  assert.equal(speaker.sampleRate, 24000);
  assert.equal(speaker.underruns, 0);
  const start = played.findIndex((sample) => sample !== 0) - 1;
  const expected = tone(14_400, 24000).map((sample) => sample / 2);
  const worst = expected.reduce((most, sample, i) => Math.max(most, Math.abs(sample - played[start + i]!)), 0);
  assert.ok(worst <= 1, `differs by ${worst}`);
  assert.ok(Math.abs(speaker.firstAudibleAt! - startedAt - 200) < 30, `${speaker.firstAudibleAt! - startedAt}`);
  assert.ok(Math.abs(speaker.lastAudibleAt! - speaker.firstAudibleAt! - 600) < 2);
  smooth.device.close();
  speaker.clear();
  assert.equal(speaker.recording().length, 0);
  const broken = program(playing(250));
  broken.device.start();
  await broken.clock.advance(2000);
  assert.equal(broken.device.speaker.underruns, 1);
  broken.device.close();
});

test("an exception in onWritable is logged and the device lives, as with the SDK", async () => {
  const { clock, device, errors } = program(`import AudioOut from "embedded:io/audio/out";
    export default () => { new AudioOut({ onWritable() { throw new Error("no sound"); } }); };`);
  device.start();
  await clock.advance(100);
  assert.equal(device.isRunning, true);
  assert.match(errors.join(), /no sound/);
  device.close();
});

test("formats that the hardware does not have are refused", async () => {
  const said = await run(`import AudioIn from "embedded:io/audio/in";
    import AudioOut from "embedded:io/audio/out";
    export default () => {
      for (const Audio of [AudioIn, AudioOut]) {
        for (const options of [{ sampleRate: 7999 }, { channels: 3 }, { bitsPerSample: 24 }, { audioType: "MP3" }]) {
          say(attempt(() => new Audio(options)));
        }
      }
    };`);
  assert.deepEqual(said, [
    "RangeError: invalid sample rate",
    "RangeError: invalid number of channels",
    "RangeError: invalid bits per sample",
    "RangeError: invalid audioType",
    "RangeError: invalid sample rate",
    "RangeError: bad numChannels",
    "RangeError: bad bitsPerSample",
    "RangeError: invalid audioType",
  ]);
});

test("speech of another rate keeps its pitch and loudness", () => {
  for (const [from, to] of [
    [48000, 16000],
    [8000, 16000],
    [22050, 16000],
  ] as const) {
    const converted = resample(tone(from, from), from, to);
    assert.equal(converted.length, to);
    const middle = converted.subarray(1000, to - 1000);
    const expected = tone(to, to).subarray(1000, to - 1000);
    const worst = middle.reduce((most, sample, i) => Math.max(most, Math.abs(sample - expected[i]!)), 0);
    assert.ok(worst < 150, `${from} to ${to}: ${worst}`);
  }
  const beyond = resample(tone(48000, 48000, 11_000), 48000, 16000);
  assert.ok(peak(beyond.subarray(1000, 15_000)) < 400, "sound above half the new rate is removed");
});
