/** A call of a web server's client. */
export interface HttpCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What follows the question mark; "" for nothing. */
  readonly query: string;
  /** Header `Host`; "" when it is missing. */
  readonly host: string;
  /** Header `Accept-Language`; "" when it is missing. */
  readonly language: string;
  /** UTF-8 text; "" when there is none. */
  readonly body: string;
}

/** Headers of phones have less than 1.5 KB. */
const MAX_HEAD_BYTES = 4096;
const MAX_BODY_BYTES = 1024;

const BAD_REQUEST = 400;
const TOO_LARGE = 413;

interface Head {
  readonly call: Omit<HttpCall, "body">;
  readonly bodyBytes: number;
}

/** Reads one call (RFC 9112, without transfer codings) as it comes in. */
export class RequestReader {
  #input = new Uint8Array(0);
  /** Where the next look for the end of the head begins. */
  #looked = 0;
  #head: Head | undefined;

  /** The call once it is whole, the status of a refusal, or undefined while something is missing. */
  push(bytes: Uint8Array): HttpCall | number | undefined {
    const joined = new Uint8Array(this.#input.byteLength + bytes.byteLength);
    joined.set(this.#input);
    joined.set(bytes, this.#input.byteLength);
    this.#input = joined;
    if (!this.#head) {
      const end = this.#headEnd();
      if (end === undefined) return this.#input.byteLength > MAX_HEAD_BYTES ? TOO_LARGE : undefined;
      if (end > MAX_HEAD_BYTES) return TOO_LARGE;
      const head = readHead(ascii(this.#input.subarray(0, end)));
      if (typeof head === "number") return head;
      this.#head = head;
      this.#input = this.#input.subarray(end + 4);
    }
    const { call, bodyBytes } = this.#head;
    if (this.#input.byteLength < bodyBytes) return undefined;
    try {
      return { ...call, body: String.fromArrayBuffer(this.#input.slice(0, bodyBytes).buffer as ArrayBuffer) };
    } catch {
      return BAD_REQUEST;
    }
  }

  /** Where the empty line begins. */
  #headEnd(): number | undefined {
    const input = this.#input;
    for (let at = this.#looked; at + 3 < input.byteLength; at++) {
      if (input[at] === 13 && input[at + 1] === 10 && input[at + 2] === 13 && input[at + 3] === 10) return at;
    }
    this.#looked = Math.max(0, input.byteLength - 3);
    return undefined;
  }
}

/** Bytes beyond ASCII only occur in headers that nobody reads here. */
function ascii(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function readHead(text: string): Head | number {
  const [first = "", ...lines] = text.split("\r\n");
  const match = /^([A-Z]+) (\/[!-~]*) HTTP\/1\.[01]$/.exec(first);
  if (!match) return BAD_REQUEST;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) return BAD_REQUEST;
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const length = headers.get("content-length") ?? "0";
  if (!/^\d{1,9}$/.test(length) || headers.has("transfer-encoding")) return BAD_REQUEST;
  if (Number(length) > MAX_BODY_BYTES) return TOO_LARGE;
  const [, method = "", target = ""] = match;
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark + 1);
  const call = {
    method,
    path,
    query,
    host: headers.get("host") ?? "",
    language: headers.get("accept-language") ?? "",
  };
  return { call, bodyBytes: Number(length) };
}
