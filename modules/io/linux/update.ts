import type { Partition } from "embedded:storage/flash";
import { File } from "file";
import config from "mc/config";
import { beginsImage, isImage } from "modules/io/linux/firmware-image";
import { frozen } from "protocol/frozen";

const NAME = "firmware.bin";
const DRAFT = "firmware.bin.new";

interface OpenOptions {
  readonly partition?: Partition;
  readonly mode?: string;
  readonly byteLength?: number;
  readonly format?: string;
}

function draftPath(): string {
  return (config["file"] as { readonly root: string }).root + DRAFT;
}

/** An image that is being written, piece after piece. */
class ImageFile {
  readonly #room: number;
  #file: File | undefined;
  #isOpen = true;

  constructor(room: number) {
    this.#room = room;
    File.delete(draftPath());
    this.#file = new File(draftPath(), true);
  }

  write(piece: ArrayBuffer | Uint8Array, byteOffset?: number): void {
    const file = this.#check();
    if (byteOffset !== undefined) throw new Error("offset not allowed");
    const bytes = piece instanceof Uint8Array ? piece : new Uint8Array(piece);
    const isFirst = file.position === 0;
    if (file.position + bytes.byteLength > this.#room || (isFirst && !beginsImage(bytes))) {
      throw new Error("write failed");
    }
    file.write(bytes.slice().buffer);
  }

  complete(): void {
    const file = this.#check();
    this.#file = undefined;
    file.position = 0;
    const isWhole = file.length > 0 && isImage(new Uint8Array(file.read(ArrayBuffer)));
    file.close();
    if (isWhole) File.rename(draftPath(), NAME);
    else File.delete(draftPath());
    if (!isWhole) throw new Error("end failed");
  }

  close(): void {
    this.#isOpen = false;
    if (!this.#file) return;
    this.#file.close();
    this.#file = undefined;
    File.delete(draftPath());
  }

  #check(): File {
    if (!this.#isOpen) throw new SyntaxError("C: xsGetHostChunk: invalid host data");
    if (!this.#file) throw new Error("already complete");
    return this.#file;
  }
}

function checkByteLength(byteLength: number, room: number): void {
  if (!(byteLength >= 0 && byteLength <= room)) throw new RangeError("invalid byteLength");
}

/**
 * A firmware image in the form of `embedded:update`, which the SDK lacks on Linux: `firmware.bin` in the folder of the
 * settings. Only a complete and whole image takes its place. Pieces can only be written one after the other.
 */
export default frozen({
  open({ partition, mode = "a", byteLength = 0, format = "buffer" }: OpenOptions): ImageFile {
    if (!partition) throw new Error("no partition");
    if (typeof partition.status !== "function") throw new SyntaxError("C: xsGetHostChunk: not a host object");
    if (mode !== "a") throw new RangeError("invalid mode");
    if (format !== "buffer") throw new RangeError("unsupported");
    const { size } = partition.status();
    checkByteLength(byteLength, size);
    return new ImageFile(size);
  },
});
