import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  audioFrameTime,
  decodeAudioFrame,
  encodeAudioFrame,
  FRAMING_VERSIONS,
  type FramingVersion,
  MAX_OPUS_PACKET_BYTES,
} from "../../protocol/audio-frame.ts";
import { DOWNLINK_AUDIO, readAudioParams, UPLINK_AUDIO } from "../../protocol/audio-params.ts";
import { protocolError, valueOrProtocolError } from "./throws.ts";
import { AUDIO_FRAME_VECTORS, BAD_AUDIO_FRAMES, LENIENT_AUDIO_FRAMES } from "./vectors/audio-frames.ts";

const hex = (digits: string) =>
  new Uint8Array(
    Array.from({ length: digits.length / 2 }, (_, at) => Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16)),
  );

for (const { version, packet, message } of AUDIO_FRAME_VECTORS) {
  test(`framing ${version}: ${packet} is written as ${message}, and read again`, () => {
    assert.deepEqual([...encodeAudioFrame(hex(packet), version)], [...hex(message)]);
    assert.deepEqual([...decodeAudioFrame(hex(message), version)], [...hex(packet)]);
  });
}

for (const { version, packet, message } of LENIENT_AUDIO_FRAMES) {
  test(`framing ${version}: ${message} is read as ${packet}`, () => {
    assert.deepEqual([...decodeAudioFrame(hex(message), version)], [...hex(packet)]);
  });
}

for (const { version, message, field } of BAD_AUDIO_FRAMES) {
  test(`framing ${version}: "${message}" is refused because of ${field}`, () => {
    const error = protocolError(() => decodeAudioFrame(hex(message), version));
    assert.equal(error.code, "frame-invalid");
    assert.equal(error.field, field);
  });
}

test("a packet that no Opus frame can be is refused, both ways", () => {
  const tooLong = new Uint8Array(MAX_OPUS_PACKET_BYTES + 1);
  assert.match(protocolError(() => decodeAudioFrame(tooLong, 1)).message, /at most 7664 bytes, got 7665/);
  for (const version of FRAMING_VERSIONS) {
    assert.match(protocolError(() => encodeAudioFrame(tooLong, version)).message, /at most 7664 bytes, got 7665/);
    assert.match(protocolError(() => encodeAudioFrame(new Uint8Array(0), version)).message, /got 0 bytes/);
  }
});

test("a lying size is named with what is there", () => {
  const error = protocolError(() => decodeAudioFrame(hex("000000035801"), 3));
  assert.equal(error.message, "frame-invalid: audio.payload_size: expected at most the 2 bytes that follow, got 3");
});

const framing = fc.constantFrom(...FRAMING_VERSIONS);

test("any packet comes back from its message, wherever that lies in its buffer", () => {
  const packets = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(packets, framing, fc.nat({ max: 7 }), (packet, version, offset) => {
      const message = encodeAudioFrame(packet, version);
      const buffer = new Uint8Array(offset + message.byteLength + 3);
      buffer.set(message, offset);
      const inside = buffer.subarray(offset, offset + message.byteLength);
      assert.deepEqual([...decodeAudioFrame(inside, version)], [...packet]);
    }),
  );
});

test("any bytes are a packet within the message or a ProtocolError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9000 }), framing, (bytes, version) =>
      valueOrProtocolError(() => {
        const packet = decodeAudioFrame(bytes, version);
        assert.ok(packet.byteLength > 0 && packet.byteLength <= MAX_OPUS_PACKET_BYTES);
        assert.ok(packet.byteOffset + packet.byteLength <= bytes.byteOffset + bytes.byteLength);
      }),
    ),
  );
});

test("a true header with any size is a packet of that size or a ProtocolError", () => {
  const sizes = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 65_535 }));
  fc.assert(
    fc.property(sizes, fc.nat({ max: 40 }), fc.constantFrom<FramingVersion>(2, 3), (size, presentBytes, version) => {
      const message = new Uint8Array((version === 2 ? 16 : 4) + presentBytes);
      new DataView(message.buffer).setUint16(version === 2 ? 14 : 2, size);
      if (size > 0 && size <= presentBytes) assert.equal(decodeAudioFrame(message, version).byteLength, size);
      else assert.equal(protocolError(() => decodeAudioFrame(message, version)).code, "frame-invalid");
    }),
  );
});

test("audio_params: what peers declare oddly falls back", () => {
  assert.deepEqual(readAudioParams(undefined, DOWNLINK_AUDIO), DOWNLINK_AUDIO);
  assert.deepEqual(readAudioParams({ sample_rate: "fast", frame_duration: 17 }, UPLINK_AUDIO), UPLINK_AUDIO);
  assert.deepEqual(readAudioParams({ sample_rate: 48000, frame_duration: 20 }, UPLINK_AUDIO), {
    format: "opus",
    sample_rate: 48000,
    channels: 1,
    frame_duration: 20,
  });
});

test("audio_params: any object gives usable numbers", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("sample_rate", "frame_duration", "channels"), fc.jsonValue()), (raw) => {
      const params = readAudioParams(raw, DOWNLINK_AUDIO);
      assert.ok([8000, 12000, 16000, 24000, 48000].includes(params.sample_rate));
      assert.ok(params.frame_duration >= 5 && params.frame_duration <= 120);
    }),
  );
});

test("framing 2 carries a time of 32 bits, the others carry none", () => {
  const packet = hex("58aa");
  const message = encodeAudioFrame(packet, 2, 0xfedcba98);
  assert.deepEqual(message, hex("0002000000000000fedcba980000000258aa"));
  assert.equal(audioFrameTime(message, 2), 0xfedcba98);
  for (const version of [1, 3] as const) {
    assert.deepEqual(encodeAudioFrame(packet, version, 5), encodeAudioFrame(packet, version));
    assert.equal(audioFrameTime(encodeAudioFrame(packet, version, 5), version), 0);
  }
});
