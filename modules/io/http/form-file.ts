import type { Clock } from "../../../protocol/clock.ts";
import { parseUrl } from "../url.ts";
import { httpRequest } from "./http-request.ts";

const TIMEOUT_MS = 30_000;

/** A file on its way to a server, in a form of one field. */
export interface FormFile {
  readonly url: string;
  /** Of the own authority, for `https`. */
  readonly authority: ArrayBuffer | undefined;
  readonly clock: Clock;
  readonly boundary: string;
  readonly field: string;
  readonly fileName: string;
  readonly type: string;
  readonly content: Uint8Array;
}

/**
 * Sends a file as `multipart/form-data` (RFC 7578).
 *
 * @throws UrlError; Error when the server cannot be reached or answers with anything but 200
 */
export async function sendFormFile(file: FormFile): Promise<void> {
  const { url, authority, clock, boundary } = file;
  const answer = await httpRequest({
    method: "POST",
    url: parseUrl(url),
    authority,
    headers: [["Content-Type", `multipart/form-data; boundary=${boundary}`]],
    body: formOf(file),
    timeoutMs: TIMEOUT_MS,
    clock,
  });
  if (answer.status !== 200) throw new Error(`The server answered ${answer.status} instead of 200`);
}

function formOf({ boundary, field, fileName, type, content }: FormFile): Uint8Array {
  const disposition = `Content-Disposition: form-data; name="${field}"; filename="${fileName}"`;
  const head = new Uint8Array(
    ArrayBuffer.fromString(`--${boundary}\r\n${disposition}\r\nContent-Type: ${type}\r\n\r\n`),
  );
  const tail = new Uint8Array(ArrayBuffer.fromString(`\r\n--${boundary}--\r\n`));
  const form = new Uint8Array(head.length + content.length + tail.length);
  form.set(head);
  form.set(content, head.length);
  form.set(tail, head.length + content.length);
  return form;
}
