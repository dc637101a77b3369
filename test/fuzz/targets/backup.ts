import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { verify } from "../../../cli/backup/archive-reader.ts";
import { ArchiveWriter } from "../../../cli/backup/archive-writer.ts";
import { BackupError } from "../../../cli/backup/errors.ts";
import { type FuzzTarget, refusableLater } from "../target.ts";

async function archive(folder: string): Promise<Uint8Array> {
  const path = join(folder, "seed.tar.gz");
  const content = "a sound";
  writeFileSync(join(folder, "sound.opus"), content);
  const writer = new ArchiveWriter(path);
  await writer.begin(["a", "b"], 0);
  await writer.addRows({ table: "devices", rows: [{ id: "a", name: "b" }] as never });
  await writer.addFile(folder, { path: "sound.opus", bytes: content.length, mode: 0o600 });
  await writer.end();
  return readFileSync(path);
}

/** Backups: what is compressed is changed as well as the whole. */
export async function backup(): Promise<FuzzTarget> {
  const folder = mkdtempSync(join(tmpdir(), "fuzz-backup-"));
  const path = join(folder, "archive");
  const whole = await archive(folder);
  const read = (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    return refusableLater(async () => `form ${(await verify(path)).form}`, [BackupError]);
  };
  return {
    // The first byte of gzip is 0x1f; what is no gzip is compressed before it is read.
    seeds: [whole, gunzipSync(whole)],
    run: (input) => read(input[0] === 0x1f ? input : gzipSync(input, { level: 1 })),
    close: () => rmSync(folder, { recursive: true }),
  };
}
