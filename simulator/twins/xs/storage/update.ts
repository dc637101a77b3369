import { call } from "host";

interface OpenOptions {
  partition?: { readonly isWritable?: boolean };
  mode?: string;
  byteLength?: number;
  format?: string;
}

/** An image that is being written, piece after piece, or with mode "w" each piece at its place. */
class Update {
  readonly #isAppended: boolean;
  #isOpen = true;
  #isComplete = false;

  constructor(isAppended: boolean) {
    this.#isAppended = isAppended;
  }

  get format(): "buffer" {
    return "buffer";
  }

  set format(format: string) {
    if (format !== "buffer") throw new RangeError("invalid");
  }

  write(buffer: ArrayBuffer | Uint8Array, byteOffset?: number): void {
    this.#check();
    if (this.#isAppended && byteOffset !== undefined) throw new Error("offset not allowed");
    if (!this.#isAppended && !(Number(byteOffset) >= 0 && Number(byteOffset) <= 0xffff_ffff)) {
      throw new RangeError("invalid offset");
    }
    if (!call("update.write", buffer, byteOffset)) throw new Error("write failed");
  }

  complete(): void {
    this.#check();
    this.#isComplete = true;
    if (!call("update.complete")) throw new Error("end failed");
  }

  close(): void {
    if (this.#isOpen && !this.#isComplete) call("update.abort");
    this.#isOpen = false;
  }

  #check(): void {
    if (!this.#isOpen) throw new SyntaxError("C: xsGetHostChunk: invalid host data");
    if (this.#isComplete) throw new Error("already complete");
  }
}

/** Twin of `embedded:update` on ESP32: an image that is not complete, or not valid, changes nothing. */
export default Object.freeze({
  open(options: OpenOptions): Update {
    if (!("partition" in options)) throw new Error("no partition");
    const { isWritable } = options.partition ?? {};
    if (isWritable === undefined) throw new SyntaxError("C: xsGetHostChunk: not a host object");
    if (!isWritable) throw new Error("read-only partition");
    const { mode = "a", byteLength = 0, format = "buffer" } = options;
    if (mode !== "a" && mode !== "w") throw new RangeError("invalid mode");
    if (format !== "buffer") throw new RangeError("unsupported");
    if (!(byteLength >= 0 && byteLength <= call<number>("update.room"))) throw new RangeError("invalid byteLength");
    call("update.begin");
    return new Update(mode === "a");
  },
});
