import { oggOpusFile } from "../../../host-server/audio/ogg-opus-file.ts";
import { createEncoder, OpusError } from "../../../host-server/audio/opus.ts";
import { toPacketFile } from "../../../host-server/audio/packet-file.ts";
import { readWav, WavError, writeWav } from "../../../host-server/audio/wav.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { ToolError } from "../../../host-server/errors.ts";
import { mp3Sound } from "../../../host-server/tools/plugins/music/mp3-sound.ts";
import { oggSound, packetFileSound } from "../../../host-server/tools/plugins/music/opus-sound.ts";
import { wavSound } from "../../../host-server/tools/plugins/music/wav-sound.ts";
import { imageType } from "../../../host-server/vision/image-type.ts";
import { ProtocolError } from "../../../protocol/errors.ts";
import { expect, type FuzzTarget, refusable, refusableLater } from "../target.ts";

const REFUSALS = [ProtocolError, OpusError, WavError, ToolError];
const PIECE_BYTES = 701;
/** Of what an input can hold, decoded: 64 KB of packets of one byte, 120 ms each. */
const MAX_SAMPLES = 64 * 1024 * 48 * 120;

function packets(): Uint8Array[] {
  const encoder = createEncoder({ sampleRate: 16_000 });
  const made = Array.from({ length: 12 }, (_, frame) =>
    encoder.encode(Int16Array.from({ length: 960 }, (_, at) => 8_000 * Math.sin((at + frame * 960) / 5))),
  );
  encoder.close();
  return made;
}

/** Frames of MPEG 1, layer III: 128 kbit/s, 44.1 kHz, stereo. */
function silentMp3(): Uint8Array {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  return Buffer.concat([frame, frame, frame]);
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.slice(at, at + PIECE_BYTES);
}

async function heard(sound: Iterable<{ pcm: Int16Array }> | AsyncIterable<{ pcm: Int16Array }>): Promise<string> {
  let samples = 0;
  for await (const { pcm } of sound) samples += pcm.length;
  expect(samples <= MAX_SAMPLES, `a small file is a short sound, got ${samples} samples`);
  return samples === 0 ? "silence" : `2^${Math.round(Math.log2(samples))} samples`;
}

/** Files of sound and of pictures, read whatever they are named. */
export function sound(): FuzzTarget {
  const opus = packets();
  const wav = { pcm: Int16Array.from({ length: 600 }, (_, at) => at * 30), sampleRate: 16_000, channels: 1 };
  return {
    seeds: [
      oggOpusFile(opus, { sampleRate: 16_000, packetMs: 60, vendor: "v" }),
      toPacketFile(opus),
      writeWav(wav),
      writeWav({ ...wav, channels: 2 }),
      silentMp3(),
    ],
    run: async (input) => {
      const words = [
        await refusableLater(() => heard(oggSound(inPieces(input))), REFUSALS),
        await refusableLater(() => heard(packetFileSound(input)), REFUSALS),
        await refusableLater(() => heard(wavSound(inPieces(input))), REFUSALS),
        refusable(() => `${readWav(input).channels} channels`, REFUSALS),
        imageType(input),
      ];
      // Whole programs in WebAssembly, which cost 10 ms to open.
      const isMp3 = input[0] === 0xff || String.fromCharCode(...input.subarray(0, 3)) === "ID3";
      if (isMp3) words.push(await refusableLater(() => heard(mp3Sound(inPieces(input), systemClock)), REFUSALS));
      return words.join("|");
    },
  };
}
