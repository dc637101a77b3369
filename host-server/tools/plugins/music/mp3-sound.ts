import type { Clock } from "../../../../protocol/clock.ts";
import { Mp3Decoder } from "../../../audio/mp3.ts";
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
  const decoder = await held(clock, () => Mp3Decoder.open());
  let silentBytes = 0;
  let hasSound = false;
  try {
    for await (const piece of pieces) {
      const sound = decoder.decode(piece);
      if (sound) {
        hasSound = true;
        yield sound;
        continue;
      }
      silentBytes += piece.byteLength;
      if (!hasSound && silentBytes > MAX_SILENT_BYTES) break;
    }
  } finally {
    decoder.close();
  }
  if (!hasSound) throw new ToolError("song-format", "no MP3 sound in it");
}
