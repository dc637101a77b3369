import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type MemoryOwner, type MemoryStore, ownerKey } from "./memory.ts";

/** Memories as files that people can read, change and delete: one for each device, and agent. */
export class MemoryFiles implements MemoryStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(owner: MemoryOwner): Promise<string> {
    try {
      return (await readFile(this.#path(owner), "utf8")).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }
  }

  async write(owner: MemoryOwner, text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path(owner);
    // A server that is stopped meanwhile leaves the old one whole.
    await writeFile(`${path}.new`, `${text}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  /** Forgets it, if there is one. */
  remove(owner: MemoryOwner): Promise<void> {
    return rm(this.#path(owner), { force: true });
  }

  /** A device says any id; in a file's name there are letters and digits of it. */
  #path(owner: MemoryOwner): string {
    return join(this.#folder, `${encodeURIComponent(ownerKey(owner)).replaceAll(".", "%2E").slice(0, 200)}.txt`);
  }
}
