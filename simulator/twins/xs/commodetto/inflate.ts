import { call, register, release } from "host";

/** The SDK gives it out in as much as its buffer holds. */
const PIECE_BYTES = 1024;

/** Twin of `inflate`: what zlib packed, piece by piece. */
export default class Inflate {
  onData: (piece: ArrayBuffer) => void = () => undefined;
  onEnd: (error: number) => void = () => undefined;
  #id: number | undefined;

  constructor() {
    this.#id = register(this);
    call("inflate.open", this.#id);
  }

  push(bytes: ArrayBuffer | Uint8Array): void {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    const piece = call<ArrayBuffer>("inflate.push", this.#id, bytes);
    const isEnd = call<boolean>("inflate.isEnd", this.#id);
    for (let at = 0; at < piece.byteLength; at += PIECE_BYTES) this.onData(piece.slice(at, at + PIECE_BYTES));
    if (!isEnd) return;
    this.close();
    this.onEnd(0);
  }

  close(): void {
    if (this.#id === undefined) return;
    call("inflate.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }
}
