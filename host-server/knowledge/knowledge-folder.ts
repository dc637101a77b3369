import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { extname, join, relative, resolve, sep } from "node:path";
import type { Log } from "../log.ts";
import { createDocument, type DocumentRecord, listDocuments, removeDocument } from "../storage/knowledge.ts";
import type { Storage } from "../storage/storage.ts";
import { DOCUMENT_ENDINGS, readDocument } from "./document-file.ts";
import { passagesIn } from "./passages.ts";

/** Files of one folder; who has more has a database for them. */
const MAX_FILES = 1_000;

export interface KnowledgeFolderOptions {
  /** A folder in it is a collection of its own. A missing one has no files. */
  readonly folder: string;
  readonly storage: Storage;
  readonly log: Log;
}

/** A file of the folder. */
interface File {
  readonly path: string;
  readonly collection: string;
  readonly name: string;
  /** Differs when the file has changed. */
  readonly stamp: string;
}

/** A folder whose files are documents of the database: those that come, change and go there do so here. */
export class KnowledgeFolder {
  readonly #options: KnowledgeFolderOptions;
  /** This folder among those of all servers with the same database. */
  readonly #origin: string;
  /** Stamps of files that could not be read, so that each is told of once. */
  readonly #refused = new Map<string, string>();

  constructor(options: KnowledgeFolderOptions) {
    this.#options = options;
    this.#origin = `${hostname()}:${resolve(options.folder)}`;
  }

  /** Brings the database up to date with the folder. @throws StorageError, and what keeps the folder from being read */
  async refresh(): Promise<void> {
    const { storage, log } = this.#options;
    const files = await this.#files();
    const { rows } = await listDocuments(storage, { origin: this.#origin, perPage: MAX_FILES });
    const known = new Map(rows.map((row) => [keyOf(row), row]));
    for (const file of files) {
      const before = known.get(keyOf(file));
      known.delete(keyOf(file));
      if (before?.stamp !== file.stamp && this.#refused.get(file.path) !== file.stamp) await this.#add(file);
    }
    for (const { id, name } of known.values()) {
      await removeDocument(storage, id);
      log.info({ name }, "a document is gone");
    }
  }

  async #add({ path, ...file }: File): Promise<void> {
    const { storage, log } = this.#options;
    try {
      const passages = passagesIn(await readDocument(path));
      await createDocument(storage, { ...file, origin: this.#origin, passages });
      log.info({ name: file.name, passages: passages.length }, "a document can be searched");
    } catch (error) {
      this.#refused.set(path, file.stamp);
      log.warn({ error }, "a document cannot be searched");
    }
  }

  async #files(): Promise<readonly File[]> {
    const { folder, log } = this.#options;
    const found = (await entriesOf(folder)).filter(
      (entry) => entry.isFile() && DOCUMENT_ENDINGS.includes(extname(entry.name).toLowerCase()),
    );
    if (found.length > MAX_FILES) log.warn({ folder, files: found.length, limit: MAX_FILES }, "too many documents");
    const files = found.slice(0, MAX_FILES).map(async ({ parentPath, name: file }): Promise<File[]> => {
      const path = join(parentPath, file);
      const parts = relative(folder, path).split(sep);
      const collection = parts.length > 1 ? (parts.shift() as string) : "";
      const about = await stat(path).catch(() => undefined);
      // Gone since the list was read.
      if (!about) return [];
      return [{ path, collection, name: parts.join("/"), stamp: `${about.size} ${Math.floor(about.mtimeMs)}` }];
    });
    return (await Promise.all(files)).flat();
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function keyOf({ collection, name }: Pick<DocumentRecord, "collection" | "name">): string {
  return `${collection}/${name}`;
}
