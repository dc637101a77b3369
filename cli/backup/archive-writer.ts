import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type Headers, pack } from "tar-stream";
import type { DumpedPage } from "../../host-server/storage/dump/read.ts";
import { BEGINNING, type Beginning, END, FILES, FORM } from "./contents.ts";
import type { DataFile } from "./data-files.ts";

/** An archive that is being written; it has its name once it is whole. */
export class ArchiveWriter {
  readonly #path: string;
  readonly #pack = pack();
  readonly #written: Promise<void>;
  readonly #rows: Record<string, number> = {};
  #files = 0;
  #pages = 0;

  /** @param path must not exist */
  constructor(path: string) {
    this.#path = path;
    // What is in it opens the server: nobody else is to read it.
    const file = createWriteStream(`${path}.part`, { mode: 0o600 });
    this.#written = pipeline(this.#pack, createGzip(), file);
    // It is awaited at the end; until then a full disk must not be a rejection that nobody sees.
    this.#written.catch(() => {});
  }

  get rows(): number {
    return Object.values(this.#rows).reduce((sum, count) => sum + count, 0);
  }

  get files(): number {
    return this.#files;
  }

  begin(steps: readonly string[], now: number): Promise<void> {
    const beginning: Beginning = { form: FORM, created: new Date(now).toISOString(), steps: [...steps] };
    return this.#add({ name: BEGINNING }, JSON.stringify(beginning));
  }

  async addRows({ table, rows }: DumpedPage): Promise<void> {
    this.#rows[table] = (this.#rows[table] ?? 0) + rows.length;
    const name = `database/${table}/${String(++this.#pages).padStart(6, "0")}.ndjson`;
    await this.#add({ name }, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }

  /** @param folder where the file's path begins */
  async addFile(folder: string, { path, bytes, mode }: DataFile): Promise<void> {
    this.#files++;
    const header = { name: FILES + path, size: bytes, mode };
    if (bytes === 0) return this.#add(header, "");
    const entry = this.#pack.entry(header);
    // What is appended meanwhile is left out: the size stands before the content.
    await Promise.race([pipeline(createReadStream(join(folder, path), { end: bytes - 1 }), entry), this.#failed()]);
  }

  async end(): Promise<void> {
    await this.#add({ name: END }, JSON.stringify({ rows: this.#rows, files: this.#files }));
    this.#pack.finalize();
    await this.#written;
    await rename(`${this.#path}.part`, this.#path);
  }

  /** Leaves nothing behind. */
  async giveUp(): Promise<void> {
    this.#pack.destroy();
    await this.#written.catch(() => {});
    await rm(`${this.#path}.part`, { force: true });
  }

  #add(header: Headers, content: string): Promise<void> {
    const taken = new Promise<void>((resolve, reject) => {
      this.#pack.entry(header, Buffer.from(content), (error) => (error ? reject(error) : resolve()));
    });
    return Promise.race([taken, this.#failed()]);
  }

  /** Never resolves. */
  #failed(): Promise<never> {
    return this.#written.then(() => new Promise<never>(() => {}));
  }
}
