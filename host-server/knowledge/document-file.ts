import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../errors.ts";
import { programEnvironment } from "../programs/environment.ts";
import { limitedProgram } from "../programs/limited-program.ts";
import { plainText } from "../tools/plugins/news/readable-text.ts";

/** A larger file is no text that somebody looks something up in. */
const MAX_BYTES = 20 * 1024 * 1024;
/** ms that a PDF may take. */
const PDF_LIMITS = Object.freeze({ memoryMib: 1024, cpuSeconds: 60, fileMib: 1 });
const PDF_MS = 60_000;
const UNREAD = /<!--[\s\S]*?-->|<(script|style|noscript|svg|head|nav|footer)\b[^>]*>[\s\S]*?<\/\1\s*>/gi;
const HTML_HEADING = /<h([1-6])\b[^>]*>([\s\S]*?)<\/h\1\s*>/gi;
const BLOCK = /<\/?(p|div|br|li|tr|section|article|ul|ol|table)\b[^>]*>/gi;

const run = promisify(execFile);

/** Reads a sort of file as text or Markdown. */
type Reader = (path: string) => Promise<string>;

/** By the ending of the file's name. */
const READERS: { readonly [ending: string]: Reader } = {
  ".md": readText,
  ".markdown": readText,
  ".txt": readText,
  ".html": async (path) => fromHtml(await readText(path)),
  ".htm": async (path) => fromHtml(await readText(path)),
  ".pdf": readPdf,
};

/** Endings of the files that can be read. */
export const DOCUMENT_ENDINGS: readonly string[] = Object.keys(READERS);

/**
 * A file as text or Markdown.
 *
 * @throws AppError `document-unreadable`, naming the file and the reason
 */
export async function readDocument(path: string): Promise<string> {
  const read = READERS[extname(path).toLowerCase()];
  if (!read) throw unreadable(path, `expected ${DOCUMENT_ENDINGS.join(", ")}`);
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw unreadable(path, `expected at most ${MAX_BYTES} bytes, got ${size}`);
    return await read(path);
  } catch (cause) {
    throw cause instanceof AppError ? cause : unreadable(path, (cause as Error).message, cause);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): AppError {
  return new AppError("document-unreadable", `document-unreadable: ${path}: ${reason}`, { cause });
}

/** UTF-8, or what Chinese computers write beside it. */
async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // not UTF-8: there is no other sign of what it is
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** Headings as those of Markdown, blocks as lines. */
function fromHtml(html: string): string {
  const marked = html
    .replace(UNREAD, "")
    .replace(HTML_HEADING, (_, level: string, title: string) => {
      return `\n\n${"#".repeat(Number(level))} ${plainText(title)}\n\n`;
    })
    .replace(BLOCK, "\n");
  return plainText(marked, true).replace(/^[ \t]+/gm, "");
}

/** A PDF, by a program of the computer: what it takes to read one is larger than this server. */
async function readPdf(path: string): Promise<string> {
  try {
    const options = { timeout: PDF_MS, maxBuffer: MAX_BYTES, env: programEnvironment() };
    const args = ["-enc", "UTF-8", "-nopgbrk", path, "-"];
    const limited = limitedProgram({ command: "pdftotext", args }, PDF_LIMITS);
    return (await run(limited.command, [...limited.args], options)).stdout;
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw unreadable(path, isMissing ? "PDFs need the program pdftotext (poppler-utils)" : String(cause), cause);
  }
}
