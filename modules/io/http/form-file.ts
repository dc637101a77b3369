import type { Clock } from "../../../protocol/clock.ts";
import { parseUrl } from "../url.ts";
import { httpRequest } from "./http-request.ts";

const TIMEOUT_MS = 30_000;

/** A file on its way to a server, in a form. */
export interface FormFile {
  readonly url: string;
  /** Of the own authority, for `https`. */
  readonly authority: ArrayBuffer | undefined;
  readonly clock: Clock;
  readonly boundary: string;
  /** Beside the form's own. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Fields before the file, in this order. */
  readonly texts?: readonly (readonly [field: string, text: string])[];
  readonly field: string;
  readonly fileName: string;
  readonly type: string;
  readonly content: Uint8Array;
}

/**
 * Sends a file as `multipart/form-data` (RFC 7578), and gives what the server answers.
 *
 * @throws UrlError; Error when the server cannot be reached or answers with anything but 200
 */
export async function sendFormFile(file: FormFile): Promise<string> {
  const { url, authority, clock, boundary, headers = [] } = file;
  const answer = await httpRequest({
    method: "POST",
    url: parseUrl(url),
    authority,
    headers: [...headers, ["Content-Type", `multipart/form-data; boundary=${boundary}`]],
    body: formOf(file),
    timeoutMs: TIMEOUT_MS,
    clock,
  });
  if (answer.status !== 200) throw new Error(`The server answered ${answer.status} instead of 200`);
  return answer.body;
}

/** In pieces: joined, a photograph would be in the heap twice. */
function formOf({ boundary, texts = [], field, fileName, type, content }: FormFile): Uint8Array[] {
  const fields = texts.map(([name, text]) => {
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
  });
  const disposition = `Content-Disposition: form-data; name="${field}"; filename="${fileName}"`;
  const head = `${fields.join("")}--${boundary}\r\n${disposition}\r\nContent-Type: ${type}\r\n\r\n`;
  return [bytesOf(head), content, bytesOf(`\r\n--${boundary}--\r\n`)];
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(ArrayBuffer.fromString(text));
}
