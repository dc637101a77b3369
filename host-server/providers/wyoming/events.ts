import { AppError } from "../../errors.ts";

/** Longest header line and longest further data, in bytes. */
const MAX_TEXT_BYTES = 1024 * 1024;
/** Longest payload: four minutes of sound at once. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;
const NEWLINE = 10;

/** One event of the Wyoming protocol, as Home Assistant and its voice services exchange them over TCP. */
export interface WyomingEvent {
  readonly type: string;
  readonly data: { readonly [member: string]: unknown };
  /** Mostly samples; empty for most events. */
  readonly payload: Uint8Array;
}

/** Bytes that are no events. */
export class WyomingError extends AppError {
  override readonly name = "WyomingError";
}

/** The bytes of an event: a line of JSON, further JSON, the payload. */
export function writeEvent(type: string, data: object = {}, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const hasData = Object.keys(data).length > 0;
  const more = hasData ? Buffer.from(JSON.stringify(data)) : Buffer.alloc(0);
  const header = {
    type,
    version: "1.5.0",
    ...(hasData && { data_length: more.length }),
    ...(payload.length > 0 && { payload_length: payload.length }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), more, payload]);
}

/** Makes events of bytes, which may be cut anywhere. */
export class EventReader {
  #held: Buffer = Buffer.alloc(0);
  #header: Header | undefined;

  /** Takes the next bytes; gives the events that are complete. @throws WyomingError `wyoming-garbled` */
  push(bytes: Uint8Array): WyomingEvent[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const events: WyomingEvent[] = [];
    for (let event = this.#next(); event; event = this.#next()) events.push(event);
    return events;
  }

  #next(): WyomingEvent | undefined {
    this.#header ??= this.#readHeader();
    if (!this.#header) return undefined;
    const { type, data, dataBytes, payloadBytes } = this.#header;
    const length = dataBytes + payloadBytes;
    if (this.#held.length < length) return undefined;
    const more = dataBytes > 0 ? parseObject(this.#held.subarray(0, dataBytes)) : {};
    // A copy: samples are read as numbers of 16 bits, and those lie at even addresses.
    const payload = new Uint8Array(this.#held.subarray(dataBytes, length));
    this.#held = this.#held.subarray(length);
    this.#header = undefined;
    return { type, data: { ...data, ...more }, payload };
  }

  #readHeader(): Header | undefined {
    const end = this.#held.indexOf(NEWLINE);
    if (end > MAX_TEXT_BYTES || (end < 0 && this.#held.length > MAX_TEXT_BYTES)) throw garbled("a header without end");
    if (end < 0) return undefined;
    const { type, data, data_length, payload_length } = parseObject(this.#held.subarray(0, end));
    this.#held = this.#held.subarray(end + 1);
    if (typeof type !== "string") throw garbled(`an event of type ${JSON.stringify(type)}`);
    return {
      type,
      data: isObject(data) ? data : {},
      dataBytes: lengthOf(data_length, MAX_TEXT_BYTES),
      payloadBytes: lengthOf(payload_length, MAX_PAYLOAD_BYTES),
    };
  }
}

interface Header {
  readonly type: string;
  readonly data: { readonly [member: string]: unknown };
  readonly dataBytes: number;
  readonly payloadBytes: number;
}

function lengthOf(value: unknown, max: number): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw garbled(`a length of ${JSON.stringify(value)}`);
}

function parseObject(bytes: Buffer): { readonly [member: string]: unknown } {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (isObject(value)) return value;
  } catch {
    // said below
  }
  throw garbled(`expected a JSON object, got ${JSON.stringify(bytes.toString("utf8", 0, 60))}`);
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function garbled(what: string): WyomingError {
  return new WyomingError("wyoming-garbled", `wyoming-garbled: ${what}`);
}
