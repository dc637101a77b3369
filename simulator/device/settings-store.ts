import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export type StoredFormat =
  | "buffer"
  | "string"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64";

/** A setting with the format in which it was written; 64-bit numbers are decimal text. */
export interface StoredValue {
  format: StoredFormat;
  value: string | number | Uint8Array;
}

/** What survives a restart of a device. */
export interface SettingsStore {
  get(path: string, key: string): StoredValue | undefined;
  set(path: string, key: string, value: StoredValue): void;
  delete(path: string, key: string): void;
  keys(path: string): string[];
}

/** Settings that live as long as this object. */
export class MemoryStore implements SettingsStore {
  #paths = new Map<string, Map<string, StoredValue>>();

  get(path: string, key: string): StoredValue | undefined {
    return this.#paths.get(path)?.get(key);
  }

  set(path: string, key: string, value: StoredValue): void {
    let values = this.#paths.get(path);
    if (!values) {
      values = new Map();
      this.#paths.set(path, values);
    }
    values.set(key, value);
  }

  delete(path: string, key: string): void {
    this.#paths.get(path)?.delete(key);
  }

  keys(path: string): string[] {
    return [...(this.#paths.get(path)?.keys() ?? [])];
  }

  paths(): string[] {
    return [...this.#paths.keys()];
  }
}

/** A file that holds settings cannot be read. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code = "store-invalid";
}

type FileContent = Record<string, Record<string, { format: StoredFormat; value: string | number }>>;

/** Settings in a JSON file, written anew at each change; a crash while writing leaves the former file whole. */
export class JsonStore implements SettingsStore {
  readonly #file: string;
  readonly #values = new MemoryStore();

  /** @throws StoreError naming the file when it is there, but no settings */
  constructor(file: string) {
    this.#file = file;
    for (const [path, entries] of Object.entries(readContent(file))) {
      for (const [key, { format, value }] of Object.entries(entries)) {
        const stored = format === "buffer" ? Uint8Array.from(Buffer.from(`${value}`, "base64")) : value;
        this.#values.set(path, key, { format, value: stored });
      }
    }
  }

  get(path: string, key: string): StoredValue | undefined {
    return this.#values.get(path, key);
  }

  set(path: string, key: string, value: StoredValue): void {
    this.#values.set(path, key, value);
    this.#save();
  }

  delete(path: string, key: string): void {
    this.#values.delete(path, key);
    this.#save();
  }

  keys(path: string): string[] {
    return this.#values.keys(path);
  }

  #save(): void {
    const content: FileContent = {};
    for (const path of this.#values.paths()) {
      const entries: FileContent[string] = {};
      for (const key of this.#values.keys(path)) {
        const { format, value } = this.#values.get(path, key)!;
        entries[key] = { format, value: value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value };
      }
      content[path] = entries;
    }
    mkdirSync(dirname(this.#file), { recursive: true });
    const draft = `${this.#file}.${process.pid}.new`;
    writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`);
    renameSync(draft, this.#file);
  }
}

function readContent(file: string): FileContent {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new StoreError(`${file}: ${(error as Error).message}`, { cause: error });
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null && !Array.isArray(content)) return content as FileContent;
  } catch (error) {
    throw new StoreError(`${file}: ${(error as Error).message}`, { cause: error });
  }
  throw new StoreError(`${file}: expected an object of settings`);
}
