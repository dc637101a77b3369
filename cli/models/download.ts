import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { Clock } from "../../protocol/clock.ts";
import { describeBytes } from "./bytes.ts";
import { ModelError, TransferError } from "./errors.ts";
import { get } from "./http-get.ts";
import type { Progress } from "./progress.ts";

/** A file to be fetched, and what is known of it. */
export interface Download {
  readonly url: string;
  /** Where it is kept; what came before an interruption stays there. */
  readonly path: string;
  readonly bytes?: number;
  readonly sha256?: string;
}

/** What a download may use. */
export interface DownloadContext {
  readonly clock: Clock;
  readonly progress: Progress;
  readonly env: { readonly [variable: string]: string | undefined };
}

/** What the server said about a file that came only in part. */
interface Mark {
  readonly url: string;
  readonly validator: string;
}

/** Attempts that bring nothing before it is given up. */
const VAIN_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 1_000;

/**
 * Fetches a file. What is there already of an interrupted download is kept, as long as the server says that its file is still
 * the same (RFC 9110, sections 13.1.5 and 14.2); a connection that breaks is opened anew.
 *
 * @returns the file's SHA-256 in hexadecimal digits
 * @throws TransferError when the server cannot be reached or breaks off again and again; ModelError `model-refused`,
 *   `model-size`, `model-checksum` (nothing is kept then) or `disk-full`
 */
export async function download(wanted: Download, context: DownloadContext): Promise<string> {
  const { clock, progress } = context;
  try {
    for (let vain = 0; ; ) {
      const before = await sizeOf(wanted.path);
      try {
        await fetchRest(wanted, before, context);
        break;
      } catch (error) {
        if (!(error instanceof TransferError)) throw error;
        vain = (await sizeOf(wanted.path)) > before ? 1 : vain + 1;
        if (vain >= VAIN_ATTEMPTS) throw await givenUp(error, wanted);
        await pause(clock, FIRST_PAUSE_MS * 2 ** (vain - 1));
      }
    }
  } finally {
    progress.end();
  }
  return checked(wanted);
}

/** The SHA-256 of a file in hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest("hex");
}

async function checked({ url, path, sha256 }: Download): Promise<string> {
  const found = await sha256Of(path);
  await rm(markPath(path), { force: true });
  if (sha256 !== undefined && found !== sha256) {
    await rm(path, { force: true });
    throw new ModelError(
      "model-checksum",
      `model-checksum: ${url} has SHA-256 ${found}, not ${sha256}; it was deleted`,
    );
  }
  return found;
}

async function givenUp(error: TransferError, { path, bytes }: Download): Promise<TransferError> {
  const size = await sizeOf(path);
  const of = bytes === undefined ? "" : ` of ${describeBytes(bytes)}`;
  const kept = size > 0 ? `; ${describeBytes(size)}${of} are kept, the same command goes on from there` : "";
  return new TransferError(error.code, `${error.message}${kept}`, { cause: error });
}

async function fetchRest(wanted: Download, have: number, { progress, env }: DownloadContext): Promise<void> {
  const { url, path, bytes } = wanted;
  if (bytes !== undefined && have === bytes) return;
  const mark = have > 0 ? await readMark(path) : undefined;
  const goesOn = mark?.url === url && (bytes === undefined || have < bytes);
  const response = await get(url, { env, ...(goesOn && { range: { from: have, ifRange: mark.validator } }) });
  try {
    const { from, total } = placeOf(response, wanted, goesOn ? have : 0);
    await writeMark(path, { url, validator: validatorOf(response) });
    const file = await open(path, from > 0 ? "r+" : "w");
    try {
      await append(response, file, { from, tell: (done) => progress.advance(done, total) });
    } finally {
      await file.close();
    }
    const done = await sizeOf(path);
    if (total !== undefined && done < total) throw new TransferError("model-broken", `model-broken: ${url} broke off`);
    if (bytes !== undefined && done !== bytes) throw await wrongSize(wanted, done);
  } finally {
    response.destroy();
  }
}

/** Where the bytes of an answer begin in the file, and how long the file is. */
function placeOf(
  response: IncomingMessage,
  wanted: Download,
  have: number,
): { from: number; total: number | undefined } {
  const { statusCode, headers } = response;
  const { url, bytes } = wanted;
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers["content-range"] ?? "");
  const isPart = statusCode === 206 && range !== null && Number(range[1]) === have;
  if (statusCode === 206 && !isPart) {
    throw new ModelError("model-refused", `model-refused: ${url} answered with another part than was asked for`);
  }
  if (/^text\/html/.test(headers["content-type"] ?? "")) {
    throw new ModelError(
      "model-refused",
      `model-refused: ${url} answered with a web page, not a file: a login, or a proxy?`,
    );
  }
  const length = headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
  const total = isPart ? Number(range[2]) : length;
  if (total !== undefined && bytes !== undefined && total !== bytes) throw sizeError(url, total, bytes);
  return { from: isPart ? have : 0, total: total ?? bytes };
}

function sizeError(url: string, found: number, expected: number): ModelError {
  return new ModelError(
    "model-size",
    `model-size: ${url} has ${found} bytes, not ${expected}: another file than is known`,
  );
}

async function wrongSize({ url, path, bytes = 0 }: Download, found: number): Promise<ModelError> {
  await rm(path, { force: true });
  return sizeError(url, found, bytes);
}

interface Place {
  readonly from: number;
  readonly tell: (done: number) => void;
}

async function append(response: IncomingMessage, file: FileHandle, { from, tell }: Place): Promise<void> {
  let at = from;
  try {
    if (from > 0) await file.truncate(from);
    for await (const chunk of response) {
      const bytes = chunk as Buffer;
      await file.write(bytes, 0, bytes.length, at);
      at += bytes.length;
      tell(at);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT") {
      const message = `disk-full: the disk is full after ${describeBytes(at)}; free some, the same command goes on from there`;
      throw new ModelError("disk-full", message, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransferError("model-broken", `model-broken: the connection broke (${code ?? reason})`, { cause: error });
  }
}

function validatorOf({ headers }: IncomingMessage): string {
  const tag = headers.etag;
  // A weak tag says that the file means the same, not that its bytes are the same.
  return tag !== undefined && !tag.startsWith("W/") ? tag : (headers["last-modified"] ?? "");
}

function markPath(path: string): string {
  return `${path}.mark`;
}

async function writeMark(path: string, mark: Mark): Promise<void> {
  if (mark.validator === "") await rm(markPath(path), { force: true });
  else await writeFile(markPath(path), JSON.stringify(mark));
}

async function readMark(path: string): Promise<Mark | undefined> {
  try {
    return JSON.parse(await readFile(markPath(path), "utf8")) as Mark;
  } catch {
    // Without it the download begins anew.
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.schedule(ms, resolve));
}
