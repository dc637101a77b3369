/** Samples below this are not heard: the noise of a codec that was given silence. */
export const AUDIBLE_LEVEL = 200;
