import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { systemClock } from "../../host-server/clock.ts";
import type { Log } from "../../host-server/log.ts";
import { DATABASE_FILE } from "../../host-server/server/open-storage.ts";
import { dumpTables } from "../../host-server/storage/dump/read.ts";
import { ArchiveReader, verify } from "./archive-reader.ts";
import { bringFiles, bringRows, pagesOf } from "./bring-back.ts";
import { BackupError } from "./errors.ts";
import { RowSums } from "./row-sums.ts";

/** What was restored, and found as it was. */
export interface Rehearsed {
  readonly rows: number;
  readonly files: number;
}

/**
 * Restores an archive into a folder and an SQLite of its own, compares every row and file with the archive, brings the tables up to
 * date, and removes it all.
 *
 * @throws BackupError `backup-differs`, naming what does, or what restoring throws
 */
export async function rehearse(path: string, log: Log): Promise<Rehearsed> {
  const { steps } = await verify(path);
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-rehearsal-"));
  try {
    const files = await bringFiles(path, join(folder, "data"));
    const differences = await differentFiles(path, join(folder, "data"));
    const wanted = new RowSums();
    const lastStep = steps.at(-1);
    if (lastStep !== undefined) {
      for await (const page of pagesOf(path)) wanted.add(page);
      const found = new RowSums();
      await bringRows(path, {
        url: "",
        // A data folder in the archive has no database of its own: rows are kept as rows.
        file: join(folder, DATABASE_FILE),
        clock: systemClock,
        log,
        lastStep,
        inspect: (storage) =>
          dumpTables(
            storage,
            async () => {},
            async (page) => found.add(page),
          ),
      });
      differences.push(...wanted.differencesTo(found));
    }
    if (differences.length > 0) {
      throw new BackupError("backup-differs", `backup-differs: ${path}: ${differences.join("; ")}`);
    }
    return { rows: wanted.rows, files };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function differentFiles(path: string, folder: string): Promise<string[]> {
  const reader = new ArchiveReader(path);
  await reader.begin();
  const different: string[] = [];
  for await (const part of reader.rest()) {
    if (!("file" in part)) continue;
    const { path: name, content } = part.file;
    if (hashOf(await buffer(content)) !== hashOf(readFileSync(join(folder, name)))) different.push(`file ${name}`);
  }
  return different;
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
