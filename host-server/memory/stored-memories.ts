import { getMemory, setMemory } from "../storage/memories.ts";
import type { Storage } from "../storage/storage.ts";
import type { MemoryOwner, MemoryStore } from "./memory.ts";
import type { MemoryFiles } from "./memory-files.ts";

/** Memories in the database. Those of files, from a time without one, move there. */
export class StoredMemories implements MemoryStore {
  readonly #storage: Storage;
  readonly #files: MemoryFiles;

  constructor(storage: Storage, files: MemoryFiles) {
    this.#storage = storage;
    this.#files = files;
  }

  async read(owner: MemoryOwner): Promise<string> {
    const { deviceId, agent } = owner;
    const kept = await getMemory(this.#storage, deviceId, agent ?? "");
    if (kept !== "") return kept;
    const text = await this.#files.read(owner);
    if (text === "") return "";
    await this.write(owner, text);
    await this.#files.remove(owner);
    return text;
  }

  write({ deviceId, agent }: MemoryOwner, text: string): Promise<void> {
    return setMemory(this.#storage, deviceId, agent ?? "", text);
  }
}
