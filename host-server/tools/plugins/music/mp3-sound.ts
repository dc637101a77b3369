import { MPEGDecoder } from "mpg123-decoder";
import type { Clock } from "../../../../protocol/clock.ts";
import { ToolError } from "../../../errors.ts";
import type { Speech } from "../../../providers/tts.ts";
import { held } from "./file-pieces.ts";

/** Without a frame in so many bytes, this is no MP3; pictures in front of the sound may be large. */
const MAX_SILENT_BYTES = 16 * 1024 * 1024;

/**
 * The sound of an MP3 file that comes in pieces; of two channels the mean. Small pieces, of 16 KB, decode in a few ms.
 *
 * @throws ToolError `song-format` when there is no sound in it
 */
export async function* mp3Sound(
  pieces: AsyncIterable<Uint8Array>,
  clock: Clock,
): AsyncGenerator<Speech, void, undefined> {
  const decoder = new MPEGDecoder();
  await held(clock, () => decoder.ready);
  let silentBytes = 0;
  let hasSound = false;
  try {
    for await (const piece of pieces) {
      const { channelData, samplesDecoded, sampleRate } = decoder.decode(piece);
      if (samplesDecoded > 0) {
        hasSound = true;
        yield { pcm: mixed(channelData, samplesDecoded), sampleRate };
        continue;
      }
      silentBytes += piece.byteLength;
      if (!hasSound && silentBytes > MAX_SILENT_BYTES) break;
    }
  } finally {
    decoder.free();
  }
  if (!hasSound) throw new ToolError("song-format", "no MP3 sound in it");
}

function mixed(channels: readonly Float32Array[], samples: number): Int16Array {
  const [left, right] = channels as [Float32Array, Float32Array?];
  return Int16Array.from({ length: samples }, (_, at) => {
    const value = right ? ((left[at] as number) + (right[at] as number)) / 2 : (left[at] as number);
    return Math.max(-1, Math.min(1, value)) * 32_767;
  });
}
