import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Smaller files gain nothing: they fit into one packet as they are. */
const MIN_BYTES = 1_024;
/** The best is two percent smaller and takes ten times as long. */
const BROTLI_QUALITY = 9;

/** Writes `<path>.br` and `<path>.gz` beside a text file, for the server to hand out as they are. */
export function compressFile(path: string): void {
  const bytes = readFileSync(path);
  if (bytes.length < MIN_BYTES) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
