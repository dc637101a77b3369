import { constants, inflateSync } from "node:zlib";
import type { TwinPart } from "../part.ts";

interface Stream {
  packed: Uint8Array;
  /** Bytes that were given out. */
  given: number;
  isEnd: boolean;
}

/** The Node side of `inflate`. What has come is unpacked anew each time: pictures on a device are small. */
export function createInflate(): TwinPart {
  const streams = new Map<number, Stream>();
  const streamOf = (id: number): Stream => {
    const stream = streams.get(id);
    if (!stream) throw new Error("bad state");
    return stream;
  };
  return {
    calls: {
      "inflate.open": (id: number) => {
        streams.set(id, { packed: new Uint8Array(0), given: 0, isEnd: false });
      },
      "inflate.push": (id: number, bytes: ArrayBuffer | Uint8Array) => {
        const stream = streamOf(id);
        const more = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
        stream.packed = Uint8Array.from([...stream.packed, ...more]);
        const all = unpack(stream.packed);
        stream.isEnd = isWhole(stream.packed);
        const piece = Uint8Array.from(all.subarray(stream.given));
        stream.given = all.length;
        return piece;
      },
      "inflate.isEnd": (id: number) => streamOf(id).isEnd,
      "inflate.close": (id: number) => {
        streams.delete(id);
      },
    },
    close() {
      streams.clear();
    },
  };
}

/** What there is of a stream that may go on. */
function unpack(packed: Uint8Array): Uint8Array {
  try {
    return inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    if ((error as { code?: string }).code === "Z_BUF_ERROR") return new Uint8Array(0);
    throw new Error("bad zlib data");
  }
}

function isWhole(packed: Uint8Array): boolean {
  try {
    inflateSync(packed);
    return true;
  } catch {
    return false;
  }
}
