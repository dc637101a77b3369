import Inflate from "inflate";
import { fromHex } from "../../../protocol/hex.ts";
import { bytes, type Environment, text } from "../environment.ts";

const TEXT = "the same words, the same words, the same words again".repeat(40);

/** {@link TEXT}, packed by zlib. */
const PACKED =
  "789c2bc94855284ecc4d5528cf2f4a29d65128c1cb57484c4fccccc3af6654cfa89e513da37a46f58cea19d533d4f50000e46ced2f";

/** Unpacks pieces as they come, in pieces of its own; what it says at the end, and to what is no such data. */
export default function inflate({ say, attempt, done }: Environment): void {
  const packed = fromHex(PACKED, PACKED.length >> 1) as Uint8Array;
  const stream = new Inflate();
  const pieces: number[] = [];
  let unpacked = "";
  const ends: number[] = [];
  stream.onData = (piece) => {
    pieces.push(piece.byteLength);
    unpacked += text(piece);
  };
  stream.onEnd = (error) => ends.push(error);
  stream.push(packed.subarray(0, 10));
  say(["begun", ends.length]);
  stream.push(packed.subarray(10));
  say(["pieces are at most 1024 bytes", Math.max(...pieces) <= 1024, unpacked === TEXT, ends]);
  say(["after the end", attempt(() => stream.push(packed))]);
  say(["closed", attempt(() => stream.close())]);
  say(["garbage", attempt(() => new Inflate().push(bytes("no such data")))]);
  done();
}
