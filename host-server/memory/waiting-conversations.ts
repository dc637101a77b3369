import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import { type MemoryOwner, ownerKey } from "./memory.ts";

/** Of each owner's conversations so many characters are kept, from their end. */
const MAX_CHARACTERS = 20_000;
/** Owners whose conversations are kept; those that wait longest go. */
const MAX_OWNERS = 500;

/** Conversations that could not be remembered when they were over, in a file until they can. */
export class WaitingConversations {
  readonly #path: string;
  readonly #log: Log;
  #texts: Map<string, string> | undefined;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** What waits for this owner, which is then to be remembered; empty for nothing. */
  take(owner: MemoryOwner): string {
    const texts = this.#read();
    const text = texts.get(ownerKey(owner)) ?? "";
    texts.delete(ownerKey(owner));
    return text;
  }

  add(owner: MemoryOwner, text: string): void {
    const texts = this.#read();
    const before = texts.get(ownerKey(owner));
    texts.delete(ownerKey(owner));
    texts.set(ownerKey(owner), [before, text].filter(Boolean).join("\n\n").slice(-MAX_CHARACTERS));
    while (texts.size > MAX_OWNERS) texts.delete(texts.keys().next().value as string);
  }

  /** Writes what waits. Never throws: what cannot be written is forgotten with the process, and said to be. */
  save(): void {
    if (!this.#texts) return;
    try {
      if (this.#texts.size === 0) return rmSync(this.#path, { force: true });
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      writeFileSync(this.#path, JSON.stringify(Object.fromEntries(this.#texts)), { mode: 0o600 });
    } catch (error) {
      this.#log.error({ error, conversations: this.#texts.size }, "conversations will not be remembered");
    }
  }

  #read(): Map<string, string> {
    this.#texts ??= new Map(Object.entries(this.#file()).map(([key, text]) => [key, String(text)]));
    return this.#texts;
  }

  #file(): object {
    try {
      const found: unknown = JSON.parse(readFileSync(this.#path, "utf8"));
      return isObject(found) ? found : {};
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!isMissing) this.#log.warn({ error }, "conversations that wait to be remembered cannot be read");
      return {};
    }
  }
}
