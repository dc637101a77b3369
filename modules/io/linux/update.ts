import type { Partition } from "embedded:storage/flash";
import { File } from "file";
import config from "mc/config";
import { frozen } from "protocol/frozen";

const NAME = "firmware.bin";
const DRAFT = "firmware.bin.new";

/** First byte of every ESP32 image. */
const MAGIC = 0xe9;

function draftPath(): string {
  return (config["file"] as { readonly root: string }).root + DRAFT;
}

/**
 * A firmware image in the form of `embedded:update`, which the SDK lacks on Linux: `firmware.bin` in the folder of the
 * settings. Only a complete image takes its place.
 */
class ImageFile {
  readonly #room: number;
  #file: File | undefined;
  #isComplete = false;

  constructor(room: number) {
    this.#room = room;
    File.delete(draftPath());
    this.#file = new File(draftPath(), true);
  }

  write(piece: ArrayBuffer | Uint8Array): void {
    const file = this.#check();
    const bytes = piece instanceof Uint8Array ? piece : new Uint8Array(piece);
    const isFirst = file.position === 0;
    if (file.position + bytes.byteLength > this.#room || (isFirst && bytes[0] !== MAGIC)) {
      throw new Error("write failed");
    }
    file.write(bytes.slice().buffer);
  }

  complete(): void {
    const file = this.#check();
    this.#isComplete = true;
    const isEmpty = file.length === 0;
    file.close();
    this.#file = undefined;
    if (isEmpty) throw new Error("end failed");
    File.rename(draftPath(), NAME);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
    if (!this.#isComplete) File.delete(draftPath());
    this.#isComplete = true;
  }

  #check(): File {
    if (!this.#file) throw new Error("already complete");
    return this.#file;
  }
}

export default frozen({
  open: ({ partition }: { readonly partition: Partition }) => new ImageFile(partition.status().size),
});
