import { invalid } from "./flash-manifest.ts";

/** A file as it lies in a zip archive. */
export interface ZipEntry {
  readonly path: string;
  readonly packed: Uint8Array;
  /** Whether it is packed with deflate; otherwise it is as it was. */
  readonly isPacked: boolean;
}

/** APPNOTE 4.3.16: the end of the archive, which may be followed by a comment, says where the list of files is. */
const END_MAGIC = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
/** 4.3.12: a line of that list. */
const LINE_MAGIC = 0x02014b50;
const LINE_BYTES = 46;
/** 4.3.7: what stands before a file itself. */
const FILE_MAGIC = 0x04034b50;
const FILE_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

/**
 * The files of a zip archive, without its folders.
 *
 * @throws AppError `flash-image-invalid`; RangeError where it is cut off
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const entries: ZipEntry[] = [];
  for (let index = 0, at = view.getUint32(end + 16, true); index < count; index++) {
    if (view.getUint32(at, true) !== LINE_MAGIC) throw invalid("the zip archive's list of files is broken");
    const nameBytes = view.getUint16(at + 28, true);
    const path = Buffer.from(bytes.subarray(at + LINE_BYTES, at + LINE_BYTES + nameBytes)).toString("utf8");
    if (!path.endsWith("/")) entries.push(entryOf(view, at, path));
    at += LINE_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT_BYTES; at--) {
    if (view.getUint32(at, true) === END_MAGIC) return at;
  }
  throw invalid("the zip archive has no end");
}

function entryOf(view: DataView, line: number, path: string): ZipEntry {
  const method = view.getUint16(line + 10, true);
  const isEncrypted = (view.getUint16(line + 8, true) & ENCRYPTED) !== 0;
  if (isEncrypted || (method !== STORED && method !== DEFLATED)) {
    throw invalid(`${path}: the zip archive packs it in a way that is not read here`);
  }
  const [size, at] = [view.getUint32(line + 20, true), view.getUint32(line + 42, true)];
  if (view.getUint32(at, true) !== FILE_MAGIC) throw invalid(`${path}: the zip archive has no such file`);
  const from = at + FILE_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (from + size > view.byteLength) throw invalid(`${path}: the zip archive is cut off`);
  const packed = new Uint8Array(view.buffer, view.byteOffset + from, size);
  return { path, packed, isPacked: method === DEFLATED };
}
