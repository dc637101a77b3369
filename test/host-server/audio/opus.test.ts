import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createDecoder, createEncoder, OpusError } from "../../../host-server/audio/opus.ts";
import type { OpusBinding } from "../../../host-server/audio/opus-binding.ts";
import { loadWasmOpus } from "../../../host-server/audio/opus-wasm.ts";
import { tone } from "../fakes/stages.ts";

function loudness(pcm: Int16Array): number {
  return Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length);
}

function wasmPacket(wasm: OpusBinding, encoder: object, pcm: Int16Array): Uint8Array {
  const packet = new Uint8Array(4_000);
  return packet.slice(0, wasm.encode(encoder, pcm, packet));
}

test("speech survives encoding at 24 kHz and decoding at 16 kHz", () => {
  const encoder = createEncoder({ sampleRate: 24_000 });
  const decoder = createDecoder({ sampleRate: 16_000 });
  const pcm = tone(1440, 24_000);
  let decoded = new Int16Array();
  for (let count = 0; count < 5; count++) {
    const packet = encoder.encode(pcm);
    assert.ok(packet.length > 20 && packet.length < 400);
    decoded = decoder.decode(packet) as Int16Array<ArrayBuffer>;
  }
  assert.equal(decoded.length, 960);
  assert.ok(Math.abs(loudness(decoded) - loudness(pcm)) < loudness(pcm) / 4);
});

test("an encoder can be tuned while it speaks, and a decoder follows", async () => {
  const tunings = [
    { complexity: 5, bitRate: 24_000, isMusic: false },
    { complexity: 0, bitRate: 24_000, isMusic: false },
    { complexity: 3, bitRate: 32_000, isMusic: true },
    { complexity: 5, bitRate: 24_000, isMusic: false },
  ];
  const wasm = await loadWasmOpus();
  const state = wasm.createEncoder(24_000, 5, 24_000);
  const native = createEncoder({ sampleRate: 24_000 });
  const encoders = [
    { tune: native.tune, encode: native.encode },
    {
      tune: (tuning: (typeof tunings)[number]) => wasm.tune(state, tuning.complexity, tuning.bitRate, tuning.isMusic),
      encode: (pcm: Int16Array) => wasmPacket(wasm, state, pcm),
    },
  ];
  const pcm = tone(1440, 24_000);
  for (const { tune, encode } of encoders) {
    const decoder = createDecoder({ sampleRate: 24_000 });
    const isCelt: boolean[] = [];
    for (const tuning of tunings) {
      tune(tuning);
      let packet = new Uint8Array();
      let decoded = new Int16Array();
      for (let count = 0; count < 6; count++) {
        packet = encode(pcm) as Uint8Array<ArrayBuffer>;
        decoded = decoder.decode(packet) as Int16Array<ArrayBuffer>;
      }
      // The configuration in the first byte: 16 and above are CELT alone (RFC 6716, section 3.1).
      isCelt.push((packet[0] as number) >> 3 >= 16);
      assert.ok(Math.abs(loudness(decoded) - loudness(pcm)) < loudness(pcm) / 4);
    }
    assert.deepEqual(isCelt, [false, false, true, false]);
  }
  assert.throws(() => native.tune({ complexity: 11, bitRate: 24_000, isMusic: false }), { code: "opus-argument" });
});

test("wrong arguments and use after close are typed errors", () => {
  const encoder = createEncoder({ sampleRate: 16_000 });
  const decoder = createDecoder({ sampleRate: 16_000 });
  const fails = (code: string, call: () => unknown) => assert.throws(call, { name: "OpusError", code });
  fails("opus-argument", () => createEncoder({ sampleRate: 44_100 }));
  fails("opus-argument", () => createEncoder({ sampleRate: 16_000, complexity: 11 }));
  fails("opus-argument", () => createDecoder({ sampleRate: 0 }));
  fails("opus-argument", () => encoder.encode(new Int16Array(100)));
  fails("opus-argument", () => encoder.encode(new Int16Array(0)));
  fails("opus-argument", () => encoder.encode(new Uint8Array(1920) as never));
  fails("opus-argument", () => encoder.encode(undefined as never));
  fails("opus-argument", () => decoder.decode("packet" as never));
  fails("opus-packet", () => decoder.decode(new Uint8Array(0)));
  fails("opus-packet", () => decoder.decode(new Uint8Array(70_000)));
  encoder.close();
  decoder.close();
  encoder.close();
  fails("opus-closed", () => encoder.encode(new Int16Array(960)));
  fails("opus-closed", () => decoder.decode(new Uint8Array([8, 1])));
});

test("any packet gives samples or opus-packet", () => {
  const decoder = createDecoder({ sampleRate: 16_000 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1500 }), (packet) => {
      try {
        const { length } = decoder.decode(packet);
        assert.ok(length > 0 && length <= 1920);
      } catch (error) {
        assert.ok(error instanceof OpusError);
        assert.equal(error.code, "opus-packet");
      }
    }),
    { numRuns: 500 },
  );
});

test("the WebAssembly build says the same as the one in use", async () => {
  const wasm = await loadWasmOpus();
  const pcm = tone(960, 16_000);
  const packet = wasmPacket(wasm, wasm.createEncoder(16_000, 5, 24_000), pcm);
  const decoder = createDecoder({ sampleRate: 16_000 });
  assert.equal(decoder.decode(packet).length, 960);
  const closed = wasm.createDecoder(16_000);
  assert.equal(wasm.decode(closed, packet).length, 960);
  wasm.close(closed);
  wasm.close(closed);
  assert.throws(() => wasm.decode(closed, packet), { code: "opus-closed" });
  assert.throws(() => wasm.encode({}, pcm, new Uint8Array(4_000)), { code: "opus-argument" });
  assert.throws(() => wasm.close({}), { code: "opus-argument" });
  assert.throws(() => wasm.createEncoder(7, 5, 24_000), { code: "opus-argument" });
  assert.throws(() => wasm.decode(wasm.createDecoder(16_000), new Uint8Array([255, 255])), { code: "opus-packet" });
});
