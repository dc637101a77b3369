import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { Readable } from "node:stream";
import { isNewerVersion } from "../../protocol/ota.ts";

const FILE_NAME = /^[A-Za-z0-9._-]+\.bin$/;

/** An image that a device may load. */
export interface FirmwareImage {
  readonly file: string;
  readonly version: string;
}

/** What is known of a file as long as it is the same. */
interface KnownHash {
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly sha256: string;
}

/** A file to download. */
export interface FirmwareFile {
  readonly body: ReadableStream;
  readonly bytes: number;
}

/** The firmware images in a folder: files named `{model}_{version}.bin`. */
export class FirmwareFolder {
  readonly #path: string;
  readonly #hashes = new Map<string, KnownHash>();

  constructor(path: string) {
    this.#path = path;
  }

  /** The newest image for a model that is newer than `version`; undefined when there is none. */
  async newest(model: string, version: string): Promise<FirmwareImage | undefined> {
    const files = await readdir(this.#path).catch(() => []);
    const images = files.flatMap((file) => {
      const match = /^(.+)_(\d[A-Za-z0-9.-]*)\.bin$/.exec(file);
      return match?.[1] === model && FILE_NAME.test(file) ? [{ file, version: match[2] as string }] : [];
    });
    return images
      .filter((image) => isNewerVersion(image.version, version))
      .reduce<FirmwareImage | undefined>((best, image) => {
        return best && !isNewerVersion(image.version, best.version) ? best : image;
      }, undefined);
  }

  /** SHA-256 of an image as hexadecimal digits, read anew only when the file has changed; undefined when it is gone. */
  async sha256(file: string): Promise<string | undefined> {
    const path = join(this.#path, file);
    try {
      const { size: bytes, mtimeMs: modifiedMs } = await stat(path);
      const known = this.#hashes.get(file);
      if (known?.bytes === bytes && known.modifiedMs === modifiedMs) return known.sha256;
      const hash = createHash("sha256");
      for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
      const sha256 = hash.digest("hex");
      this.#hashes.set(file, { bytes, modifiedMs, sha256 });
      return sha256;
    } catch {
      return undefined;
    }
  }

  /** One image by its file name; undefined for every other name, and for links that lead out of the folder. */
  async open(file: string): Promise<FirmwareFile | undefined> {
    if (!FILE_NAME.test(file)) return undefined;
    try {
      const [folder, path] = await Promise.all([realpath(this.#path), realpath(join(this.#path, file))]);
      if (!path.startsWith(folder + sep)) return undefined;
      const { size } = await stat(path);
      return { body: Readable.toWeb(createReadStream(path)) as ReadableStream, bytes: size };
    } catch {
      return undefined;
    }
  }
}
