import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { Clock } from "../../../../protocol/clock.ts";
import { ToolError } from "../../../errors.ts";
import type { Speech } from "../../../providers/tts.ts";
import { filePieces, held } from "./file-pieces.ts";
import { mp3Sound } from "./mp3-sound.ts";
import { oggSound, packetFileSound } from "./opus-sound.ts";
import { wavSound } from "./wav-sound.ts";

/** Small: decoding one must not keep others from speaking. */
const PIECE_BYTES = 16 * 1024;

/** How files are played, by their ending. */
const KINDS: { readonly [ending: string]: (path: string, clock: Clock) => AsyncIterable<Speech> } = {
  ".mp3": (path, clock) => mp3Sound(filePieces(path, PIECE_BYTES, clock), clock),
  ".wav": (path, clock) => wavSound(filePieces(path, PIECE_BYTES, clock)),
  ".ogg": (path, clock) => oggSound(filePieces(path, PIECE_BYTES, clock)),
  ".opus": (path, clock) => oggSound(filePieces(path, PIECE_BYTES, clock)),
  ".p3": async function* (path, clock) {
    yield* packetFileSound(await held(clock, () => readFile(path)));
  },
};

/** Endings of files that can be played. */
export const PLAYABLE: readonly string[] = Object.keys(KINDS);

/** The sound of a file, read while it is played. */
export async function* songSound(
  path: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Speech, void, undefined> {
  const kind = KINDS[extname(path).toLowerCase()];
  if (!kind) throw new ToolError("song-format", `expected ${PLAYABLE.join(", ")}, got ${extname(path)}`);
  for await (const speech of kind(path, clock)) {
    if (signal.aborted) return;
    yield speech;
  }
}

/**
 * Reads the beginning of a file, so that one that cannot be played is told of in words.
 *
 * @throws whatever reading or decoding it throws; ToolError `song-format` when it has no sound
 */
export async function checkSong(path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  for await (const { pcm } of songSound(path, clock, signal)) if (pcm.length > 0) return;
  signal.throwIfAborted();
  throw new ToolError("song-format", "no sound in it");
}
