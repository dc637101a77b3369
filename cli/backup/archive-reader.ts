import { createReadStream } from "node:fs";
import { type Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Headers } from "tar-stream";
import type { z } from "zod";
import type { DumpedPage } from "../../host-server/storage/dump/read.ts";
import type { DumpedRow } from "../../host-server/storage/dump/values.ts";
import { BEGINNING, type Beginning, beginningSchema, END, endSchema, FILES, FORM, ROWS } from "./contents.ts";
import { BackupError } from "./errors.ts";

/** A file in an archive, which is to be read before the next thing is asked for. */
export interface ArchivedFile {
  readonly path: string;
  readonly mode: number;
  readonly content: Readable;
}

/** What comes after the beginning: rows, then files. */
export type Archived = { readonly page: DumpedPage } | { readonly file: ArchivedFile };

type Entry = Readable & { readonly header: Headers };

/**
 * Reads an archive from its beginning to its end, once.
 *
 * @throws BackupError `backup-broken` for what is cut off, damaged or no backup, `backup-newer`, `backup-unsafe`
 */
export class ArchiveReader {
  readonly #path: string;
  readonly #entries: AsyncIterator<Entry>;
  readonly #read: Promise<void>;
  readonly #rows: Record<string, number> = {};
  #files = 0;

  constructor(path: string) {
    this.#path = path;
    const tar = extract();
    this.#read = pipeline(createReadStream(path), createGunzip(), tar);
    // It is awaited at the end; until then it tells through the entries.
    this.#read.catch(() => {});
    this.#entries = tar[Symbol.asyncIterator]();
  }

  /** What the archive says of itself. */
  async begin(): Promise<Beginning> {
    const entry = await this.#next();
    if (entry?.header.name !== BEGINNING) throw this.#broken("it is no backup");
    const beginning = await this.#json(entry, beginningSchema);
    if (beginning.form > FORM) {
      throw new BackupError("backup-newer", `backup-newer: ${this.#path} was made by a newer version of this server`);
    }
    return beginning;
  }

  /** Everything else; ends only when the end of the archive says that nothing is missing. */
  async *rest(): AsyncGenerator<Archived, void, undefined> {
    for (;;) {
      const entry = await this.#next();
      if (!entry) throw this.#broken("its end is missing");
      const { name } = entry.header;
      const table = ROWS.exec(name)?.[1];
      if (table !== undefined) yield { page: await this.#page(table, entry) };
      else if (name.startsWith(FILES)) yield { file: this.#file(name.slice(FILES.length), entry) };
      else if (name === END) return await this.#end(entry);
      else throw this.#broken(`it holds ${JSON.stringify(name)}`);
    }
  }

  async #next(): Promise<Entry | undefined> {
    try {
      const { value, done } = await this.#entries.next();
      return done ? undefined : value;
    } catch (error) {
      throw this.#broken(error instanceof Error ? error.message : String(error));
    }
  }

  async #page(table: string, entry: Entry): Promise<DumpedPage> {
    try {
      const lines = (await text(entry)).split("\n").filter((line) => line !== "");
      const rows = lines.map((line) => JSON.parse(line) as DumpedRow);
      this.#rows[table] = (this.#rows[table] ?? 0) + rows.length;
      return { table, rows };
    } catch (error) {
      throw this.#broken(`rows of ${table}: ${(error as Error).message}`);
    }
  }

  #file(path: string, content: Entry): ArchivedFile {
    const parts = path.split("/");
    if (path === "" || /[\0\\:]/.test(path) || parts.some((part) => ["", ".", ".."].includes(part))) {
      const message = `backup-unsafe: ${this.#path} holds ${JSON.stringify(path)}; nothing is restored`;
      throw new BackupError("backup-unsafe", message);
    }
    this.#files++;
    return { path, mode: content.header.mode ?? 0o600, content };
  }

  async #end(entry: Entry): Promise<void> {
    const { rows, files } = await this.#json(entry, endSchema);
    const tables = new Set([...Object.keys(rows), ...Object.keys(this.#rows)]);
    for (const table of tables) {
      const [expected = 0, found = 0] = [rows[table], this.#rows[table]];
      if (expected !== found) throw this.#broken(`${expected} rows of ${table} were written, and ${found} are there`);
    }
    if (files !== this.#files) throw this.#broken(`${files} files were written, and ${this.#files} are there`);
  }

  async #json<Schema extends z.ZodType>(entry: Entry, schema: Schema): Promise<z.infer<Schema>> {
    try {
      return schema.parse(JSON.parse(await text(entry)));
    } catch (error) {
      throw this.#broken(`${entry.header.name}: ${(error as Error).message}`);
    }
  }

  #broken(why: string): BackupError {
    return broken(this.#path, why);
  }
}

function broken(path: string, why: string): BackupError {
  return new BackupError("backup-broken", `backup-broken: ${path}: ${why}; nothing is restored`);
}

/** Reads an archive to its end, and gives its beginning. @throws BackupError */
export async function verify(path: string): Promise<Beginning> {
  const reader = new ArchiveReader(path);
  try {
    const beginning = await reader.begin();
    const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
    for await (const part of reader.rest()) if ("file" in part) await pipeline(part.file.content, nowhere());
    return beginning;
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw broken(path, error instanceof Error ? error.message : String(error));
  }
}
