import flash from "embedded:storage/flash";
import update from "embedded:update";

/** A new firmware image on its way into the flash memory that does not run now. */
export class FirmwareImage {
  readonly #update: ReturnType<typeof update.open>;

  /** @throws Error when there is no second place for firmware, or the image is larger than that */
  constructor(lengthBytes: number) {
    const partition = flash.open({ path: "nextota" });
    try {
      const { size } = partition.status();
      if (lengthBytes > size) throw new Error(`image of ${lengthBytes} bytes, and there is room for ${size}`);
      this.#update = update.open({ partition });
    } finally {
      partition.close();
    }
  }

  /** @throws Error when what is written is no image, or the memory refuses it */
  write(piece: Uint8Array): void {
    this.#update.write(piece);
  }

  /**
   * The image is whole: the next start runs it.
   *
   * @throws Error when the platform finds it damaged; then nothing changes
   */
  complete(): void {
    this.#update.complete();
  }

  /** Gives up; what runs now stays. After `complete` without effect. */
  close(): void {
    this.#update.close();
  }
}
