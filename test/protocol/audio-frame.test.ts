import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeAudioFrame, MAX_OPUS_PACKET_BYTES } from "../../protocol/audio-frame.ts";
import { DOWNLINK_AUDIO, readAudioParams, UPLINK_AUDIO } from "../../protocol/audio-params.ts";
import { protocolError, valueOrProtocolError } from "./throws.ts";

test("framing 1: the whole message is the packet", () => {
  const message = new Uint8Array([0x58, 1, 2, 3]);
  assert.deepEqual([...decodeAudioFrame(message)], [0x58, 1, 2, 3]);
});

test("a silent packet of one byte is a packet", () => {
  assert.equal(decodeAudioFrame(new Uint8Array([0x58])).byteLength, 1);
});

test("an empty message and one larger than any packet are refused", () => {
  assert.equal(protocolError(() => decodeAudioFrame(new Uint8Array(0))).code, "frame-invalid");
  const tooLong = new Uint8Array(MAX_OPUS_PACKET_BYTES + 1);
  assert.match(protocolError(() => decodeAudioFrame(tooLong)).message, /at most 7664 bytes, got 7665/);
});

test("any bytes are a packet or a ProtocolError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9000 }), (bytes) => valueOrProtocolError(() => decodeAudioFrame(bytes))),
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
