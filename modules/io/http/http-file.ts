import { HttpStream, type HttpStreamOptions } from "./http-stream.ts";

export interface HttpFileOptions extends Pick<HttpStreamOptions, "url" | "authority" | "clock" | "accept"> {
  /** A longer one is refused. */
  readonly maxBytes: number;
}

/** Taken from the server at a time. */
const PIECE_BYTES = 2048;

/**
 * A whole file by GET. Redirects are not followed.
 *
 * @throws Error when the server cannot be reached, answers with anything but 200, or with too much
 */
export function fetchFile(options: HttpFileOptions): Promise<Uint8Array> {
  const { maxBytes } = options;
  return new Promise((resolve, reject) => {
    // Grows by half: a server need not say how long it is, and what it says need not be true.
    let file = new Uint8Array(PIECE_BYTES);
    let length = 0;
    const fail = (error: Error) => {
      stream.close();
      reject(error);
    };
    const tooLong = (count: number) => new Error(`file of ${count} bytes: expected ${maxBytes} at most`);
    const take = (piece: Uint8Array) => {
      if (length + piece.length > file.length) {
        const room = Math.max(length + piece.length, Math.min(maxBytes, (file.length * 3) >> 1));
        const larger = new Uint8Array(room);
        larger.set(file.subarray(0, length));
        file = larger;
      }
      file.set(piece, length);
      length += piece.length;
    };
    let isDraining = false;
    const drainSoon = () => {
      if (isDraining) return;
      isDraining = true;
      options.clock.schedule(0, () => {
        isDraining = false;
        const piece = stream.read(PIECE_BYTES);
        if (!piece) return;
        if (length + piece.length > maxBytes) return fail(tooLong(length + piece.length));
        take(piece);
        drainSoon();
      });
    };
    const stream: HttpStream = new HttpStream({
      ...options,
      onStart: (count) => {
        if (count !== undefined && count > maxBytes) fail(tooLong(count));
        else if (count !== undefined) file = new Uint8Array(count);
      },
      // Read outside of the callback: the client calls back for the next chunk of a body before it gives this one.
      onReadable: drainSoon,
      // The last piece is given after this.
      onEnd: (error) => {
        options.clock.schedule(0, () => (error ? reject(error) : resolve(file.subarray(0, length))));
      },
    });
  });
}
