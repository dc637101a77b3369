/** ms of sound in one frame. */
export const FRAME_MS = 60;
