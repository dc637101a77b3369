/**
 * The module `host`: how the XS side of the twins reaches Node, and how Node reaches back. The simulator provides the
 * globals; nothing else may use them.
 */
declare const hostCall: <T>(name: string, ...args: unknown[]) => T;
declare const hostFill: (
  buffer: ArrayBufferLike | ArrayBufferView,
  name: string,
  ...args: unknown[]
) => number | undefined;
declare const hostMask: (buffer: ArrayBufferLike | ArrayBufferView, start: number) => void;
declare const hostRegister: (target: object) => number;
declare const hostRelease: (id: number) => void;

/**
 * Asks Node and waits for its answer. Plain values and bytes cross as copies, other objects as JSON.
 *
 * @throws Error with the name and message of what Node's handler threw.
 */
export const call = hostCall;

/**
 * Asks Node for bytes and puts them at the front of `buffer`, without an object in between; gives their number, or
 * undefined when Node answers nothing.
 *
 * @throws RangeError when there are more than the buffer holds; Error as `call` does.
 */
export const fill = hostFill;

/** Masks all that follows the four bytes at `start` with them, as in a WebSocket frame (RFC 6455, section 5.3). */
export const mask = hostMask;

/** Makes `target` known to Node; the answer is the id by which Node calls its methods. It stays alive until `release`. */
export const register = hostRegister;

/** From now on Node's calls of `id` do nothing. */
export const release = hostRelease;
