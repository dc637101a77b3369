import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { DumpedPage } from "../../host-server/storage/dump/read.ts";
import { undumpTables } from "../../host-server/storage/dump/write.ts";
import { openStorage, type Storage, type StorageOptions } from "../../host-server/storage/storage.ts";
import { type ArchivedFile, ArchiveReader } from "./archive-reader.ts";

/** Brings the files of an archive into a folder; gives how many. @throws BackupError */
export async function bringFiles(path: string, folder: string): Promise<number> {
  const reader = new ArchiveReader(path);
  await reader.begin();
  mkdirSync(folder, { recursive: true });
  let count = 0;
  for await (const part of reader.rest()) {
    if (!("file" in part)) continue;
    await write(folder, part.file);
    count++;
  }
  return count;
}

async function write(folder: string, { path, mode, content }: ArchivedFile): Promise<void> {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  await pipeline(content, createWriteStream(target, { mode, flags: "wx" }));
}

/** Where rows are brought, and the step of the tables' history that they have been through. */
export interface RowPlace extends StorageOptions {
  readonly lastStep: string;
  /** Looks at the rows before they are brought up to date. */
  readonly inspect?: (storage: Storage) => Promise<void>;
}

/** Brings the rows of an archive into an empty database, and up to date; gives how many by table. @throws BackupError, StorageError */
export async function bringRows(path: string, place: RowPlace): Promise<Record<string, number>> {
  const { lastStep, inspect, ...options } = place;
  // Rows of an older version go into its tables, which are then brought up to date with them.
  const storage = await openStorage({ ...options, lastStep });
  const bring = async () => {
    const counts = await undumpTables(storage, pagesOf(path));
    await inspect?.(storage);
    return counts;
  };
  const counts = await bring().finally(() => storage.close());
  await (await openStorage(options)).close();
  return counts;
}

/** The rows of an archive. @throws BackupError */
export async function* pagesOf(path: string): AsyncGenerator<DumpedPage, void, undefined> {
  const reader = new ArchiveReader(path);
  await reader.begin();
  for await (const part of reader.rest()) {
    if ("page" in part) yield part.page;
    else part.file.content.resume();
  }
}
