import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PassThrough, type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Headers } from "tar-stream";
import unbzip2 from "unbzip2-stream";
import { ModelError } from "./errors.ts";
import type { Progress } from "./progress.ts";

/** More than any model unpacks to; what goes on beyond is made to fill the disk. */
const MAX_BYTES = 8_000_000_000;
const MAX_ENTRIES = 20_000;

/** What came out of an archive. */
export interface Unpacked {
  readonly bytes: number;
  /** Entries that are no files and no folders: links and devices, which no model needs. */
  readonly skipped: number;
}

/**
 * Unpacks a tar archive, plain or packed with bzip2 or gzip, into a folder that is there and empty. Files and folders are
 * written, nothing else, and nothing beside the folder.
 *
 * @throws ModelError `archive-unsafe` for a path that leads out of the folder, `archive-broken`, `archive-too-large`, `disk-full`
 */
export async function unpack(archive: string, folder: string, progress: Progress): Promise<Unpacked> {
  const { size } = await stat(archive);
  const tally = { bytes: 0, entries: 0, skipped: 0 };
  const tar = extract();
  const reading = pipeline(createReadStream(archive), counted(size, progress), await unpacker(archive), tar);
  // It is awaited below; until then a broken archive must not be a rejection that nobody sees.
  reading.catch(() => {});
  try {
    for await (const entry of tar) {
      await write(entry, folder, tally);
      if (tally.entries > MAX_ENTRIES || tally.bytes > MAX_BYTES) {
        throw new ModelError("archive-too-large", `archive-too-large: ${archive} unpacks to more than a model has`);
      }
    }
    await reading;
  } catch (error) {
    throw named(error, archive);
  } finally {
    tar.destroy();
    progress.end();
  }
  if (tally.entries === 0) throw new ModelError("archive-broken", `archive-broken: ${archive} holds nothing`);
  return tally;
}

interface Tally {
  bytes: number;
  entries: number;
  skipped: number;
}

async function write(entry: Readable & { readonly header: Headers }, folder: string, tally: Tally): Promise<void> {
  const { name, type, size = 0 } = entry.header;
  tally.entries++;
  const path = join(folder, safePath(name));
  const isJunk = name.split("/").at(-1)?.startsWith("._");
  if (type === "directory") await mkdir(path, { recursive: true });
  else if ((type === "file" || type === "contiguous-file") && !isJunk) {
    tally.bytes += size;
    await mkdir(dirname(path), { recursive: true });
    await pipeline(entry, createWriteStream(path, { flags: "wx" }));
    return;
  } else if (!isJunk) tally.skipped++;
  entry.resume();
}

/** The path of an entry, which stays below the folder. @throws ModelError `archive-unsafe` */
export function safePath(name: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const isUnsafe = name.startsWith("/") || name.includes("\0") || /^[a-z]:|\\/i.test(name) || parts.includes("..");
  if (isUnsafe) {
    throw new ModelError(
      "archive-unsafe",
      `archive-unsafe: the archive holds ${JSON.stringify(name)}; nothing is installed`,
    );
  }
  return parts.join("/");
}

async function unpacker(archive: string): Promise<NodeJS.ReadWriteStream> {
  const file = await open(archive);
  const magic = Buffer.alloc(3);
  await file.read(magic, 0, 3, 0).finally(() => file.close());
  if (magic.toString("latin1") === "BZh") return unbzip2();
  return magic[0] === 0x1f && magic[1] === 0x8b ? createGunzip() : new PassThrough();
}

function counted(total: number, progress: Progress): Transform {
  let done = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      progress.advance(done, total);
      next(null, chunk);
    },
  });
}

function named(error: unknown, archive: string): unknown {
  if (error instanceof ModelError) return error;
  const { code, message = String(error) } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ModelError("disk-full", `disk-full: no room to unpack ${archive}`, { cause: error });
  }
  return new ModelError("archive-broken", `archive-broken: ${archive}: ${message}`, { cause: error });
}
