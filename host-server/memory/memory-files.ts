import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MemoryStore } from "./memory.ts";

/** Memories as files that people can read, change and delete: one for each device. */
export class MemoryFiles implements MemoryStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(deviceId: string): Promise<string> {
    try {
      return (await readFile(this.#path(deviceId), "utf8")).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }
  }

  async write(deviceId: string, text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path(deviceId);
    // A server that is stopped meanwhile leaves the old one whole.
    await writeFile(`${path}.new`, `${text}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  /** A device says any id; in a file's name there are letters and digits of it. */
  #path(deviceId: string): string {
    return join(this.#folder, `${encodeURIComponent(deviceId.toLowerCase()).replaceAll(".", "%2E").slice(0, 200)}.txt`);
  }
}
