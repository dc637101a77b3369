import { promisify } from "node:util";
import { gunzip, inflateRaw } from "node:zlib";
import { invalid } from "./flash-manifest.ts";
import { readZip } from "./zip.ts";

const unpackGzip = promisify(gunzip);
const unpackDeflate = promisify(inflateRaw);

/** More than any flash memory holds; what goes on beyond is made to fill the memory of this computer. */
export const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 200;

const BLOCK_BYTES = 512;
const TAR_MAGIC_AT = 257;
/** Names of files are no longer here, so that nothing of an archive need be kept in mind for the next entry. */
const FILE_TYPES = ["0", "\0"];

/** Files by their paths. */
export type Files = ReadonlyMap<string, Uint8Array>;

/**
 * The files of an archive: zip, tar, or tar packed with gzip. Nothing is written; links and folders are left out.
 *
 * @throws AppError `flash-image-invalid` for what is none of these, is broken, or unpacks to more than 64 MB
 */
export async function readArchive(bytes: Uint8Array): Promise<Files> {
  try {
    const files = await filesOf(bytes);
    if (files.size > MAX_FILES) throw invalid(`the archive holds ${files.size} files`);
    return files;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "flash-image-invalid") throw error;
    throw invalid(`the archive is broken: ${(error as Error).message}`);
  }
}

async function filesOf(bytes: Uint8Array): Promise<Files> {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return inflated(bytes);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return readTar(await unpackGzip(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }));
  }
  if (textAt(bytes, TAR_MAGIC_AT, 5) === "ustar") return readTar(bytes);
  throw invalid("expected a zip or a tar archive");
}

async function inflated(bytes: Uint8Array): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  let room = MAX_UNPACKED_BYTES;
  for (const { path, packed, isPacked } of readZip(bytes).slice(0, MAX_FILES + 1)) {
    const file = isPacked ? await unpackDeflate(packed, { maxOutputLength: room }) : packed;
    room -= file.byteLength;
    if (room <= 0) throw invalid("the archive unpacks to more than 64 MB");
    files.set(path, file);
  }
  return files;
}

function readTar(bytes: Uint8Array): Files {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK_BYTES <= bytes.byteLength && bytes[at] !== 0; ) {
    const size = Number.parseInt(textAt(bytes, at + 124, 12).trim() || "0", 8);
    const from = at + BLOCK_BYTES;
    if (!(size >= 0) || from + size > bytes.byteLength) throw invalid("the archive is cut off");
    const [prefix, name] = [textAt(bytes, at + 345, 155), textAt(bytes, at, 100)];
    const isFile = FILE_TYPES.includes(String.fromCharCode(bytes[at + 156] as number));
    if (isFile) files.set(prefix === "" ? name : `${prefix}/${name}`, bytes.subarray(from, from + size));
    at = from + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return files;
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(field.subarray(0, end < 0 ? length : end)).toString("utf8");
}
