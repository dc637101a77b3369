import assert from "node:assert/strict";
import { test } from "node:test";
import { median } from "../../../bench/figures.ts";
import { createDecoder, createEncoder } from "../../../host-server/audio/opus.ts";
import { createWorldOn, TRANSPORTS } from "../transports.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };
const HERTZ = 500;
const SPEECH_MS = 480;

function tone(ms: number, sampleRate: number): Int16Array {
  const samples = (ms * sampleRate) / 1000;
  return Int16Array.from({ length: samples }, (_, i) => 9000 * Math.sin((2 * Math.PI * HERTZ * i) / sampleRate));
}

/** Hz, by the median of the times from one rise through zero to the next. */
function pitch(pcm: Int16Array, sampleRate: number): number {
  const rises: number[] = [];
  for (let at = 1; at < pcm.length; at++) if ((pcm[at - 1] as number) < 0 && (pcm[at] as number) >= 0) rises.push(at);
  const periods = rises.slice(1).map((at, n) => at - (rises[n] as number));
  return sampleRate / median(periods);
}

/** How Opus coded it: the configuration in the first byte (RFC 6716 §3.1). */
function codingOf(packet: Uint8Array): "SILK" | "hybrid" | "CELT" {
  const config = (packet[0] as number) >> 3;
  if (config < 12) return "SILK";
  return config < 16 ? "hybrid" : "CELT";
}

for (const transport of TRANSPORTS) {
  test(`${transport}: 60 ms 16 kHz mono Opus up`, async () => {
    const { clock, server, device, boot, listen } = await createWorldOn(transport);
    await boot();
    void device.microphone.say(tone(3000, 16_000), 16_000);
    await listen();
    await clock.advance(2000);
    const packets = server.frames.map(({ packet }) => packet).slice(transport === "WebSocket" ? 0 : 1);
    assert.ok(packets.length >= 32, `${packets.length} packets in 2 s`);
    const decoder = createDecoder({ sampleRate: 16_000 });
    const sound: number[] = [];
    for (const packet of packets) {
      const [toc = 0] = packet;
      assert.equal(toc >> 3, 11, "SILK, wide band, 60 ms");
      assert.equal(toc & 4, 0, "mono");
      assert.equal(toc & 3, 0, "one frame");
      const pcm = decoder.decode(packet);
      assert.equal(pcm.length, 960);
      sound.push(...pcm);
    }
    decoder.close();
    const heard = pitch(Int16Array.from(sound).subarray(960 * 4), 16_000);
    assert.ok(Math.abs(heard - HERTZ) < 10, `${heard} Hz`);
  });
}

test("decode any duration and rate down; SILK and CELT", async (context) => {
  const { clock, server, device, boot, listen } = await createWorldOn("WebSocket");
  await boot();
  await listen();
  const codings = new Set<string>();
  for (const sampleRate of [8000, 12_000, 16_000, 24_000, 48_000]) {
    for (const frameMs of [5, 10, 20, 40, 60, 80, 100, 120]) {
      const encoder = createEncoder({ sampleRate, bitRate: frameMs % 20 === 0 ? 24_000 : 64_000 });
      const sound = tone(SPEECH_MS, sampleRate);
      const samples = (sampleRate * frameMs) / 1000;
      const packets: Uint8Array[] = [];
      for (let at = 0; at + samples <= sound.length; at += samples) {
        packets.push(encoder.encode(sound.subarray(at, at + samples)));
      }
      encoder.close();
      for (const packet of packets) codings.add(codingOf(packet));
      server.send(START);
      await clock.run(device.reached("speaking"));
      device.speaker.clear();
      device.speaker.record();
      // A server runs a fifth of a second ahead.
      for (const [n, packet] of packets.entries()) {
        clock.schedule(Math.max(0, n * frameMs - 200), () => server.sendBinary(packet));
      }
      await clock.advance(Math.max(0, (packets.length - 1) * frameMs - 200) + 30);
      server.send(STOP);
      await clock.run(device.reached("listening"));
      await clock.advance(500);
      const heard = device.speaker.recording();
      const { firstAudibleAt = 0, lastAudibleAt = 0 } = device.speaker;
      const what = `${sampleRate} Hz, ${frameMs} ms`;
      const lasted = lastAudibleAt - firstAudibleAt;
      const expected = packets.length * frameMs;
      assert.ok(Math.abs(lasted - expected) <= 40, `${what}: ${lasted} ms instead of ${expected}`);
      const hertz = pitch(heard, device.speaker.sampleRate);
      assert.ok(Math.abs(hertz - HERTZ) < 15, `${what}: ${hertz} Hz`);
    }
  }
  context.diagnostic([...codings].join(", "));
  assert.ok(codings.has("SILK") && codings.has("CELT"));
  assert.equal(device.stats.crashes, 0);
});
