/** ms that a frame of sound lasts. */
const FRAME_MS = 60;
/** Frames that come at once, ahead of time; the next ones are paced. */
export const LEAD_FRAMES = 5;

/** ms between two frames of an answer, those that come ahead of time left out. */
export function gapsBetween(framesAt: readonly number[]): number[] {
  return framesAt.slice(LEAD_FRAMES).map((at, n) => at - (framesAt[n + LEAD_FRAMES - 1] as number));
}

/** Frames that were missed: a device plays one each 60 ms from the first one on. */
export function lateIn(framesAt: readonly number[]): number {
  return framesAt.filter((at, n) => at - (framesAt[0] as number) > n * FRAME_MS).length;
}
