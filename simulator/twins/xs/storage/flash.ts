import { call } from "host";

interface OpenOptions {
  path?: string;
  mode?: string;
  format?: string;
}

/** A part of the flash memory. Here it can only be measured, and given to `embedded:update`. */
class Partition {
  /** For `embedded:update`. */
  readonly isWritable: boolean;
  #isOpen = true;

  constructor(isWritable: boolean) {
    this.isWritable = isWritable;
  }

  get format(): "buffer" {
    return "buffer";
  }

  set format(format: string) {
    if (format !== "buffer") throw new RangeError("invalid");
  }

  status(): { size: number; blockLength: number; blocks: number } {
    if (!this.#isOpen) throw new TypeError("closed");
    const size: number = call("update.room");
    return { size, blockLength: 4096, blocks: size / 4096 };
  }

  close(): void {
    this.#isOpen = false;
  }
}

/** Twin of `embedded:storage/flash` on ESP32, with the one partition `nextota`: the place of the next firmware. */
export default Object.freeze({
  open(options: OpenOptions): Partition {
    if (!("path" in options)) throw new Error("no path");
    if (`${options.path}` !== "nextota") throw new Error("can't find partition");
    const { mode = "r+", format = "buffer" } = options;
    if (mode !== "r" && mode !== "r+") throw new Error("invalid mode");
    if (format !== "buffer") throw new RangeError("unsupported");
    return new Partition(mode === "r+");
  },
});
