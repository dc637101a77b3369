import { call } from "host";

type Format = "buffer" | "string" | "uint8" | "int8" | "uint16" | "int16" | "uint32" | "int32" | "uint64" | "int64";

const FORMATS: readonly string[] = Object.freeze([
  "buffer",
  "string",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "uint64",
  "int64",
]);

function checkFormat(format: unknown): Format {
  if (!FORMATS.includes(format as string)) throw new RangeError("unsupported");
  return format as Format;
}

/** What a number becomes when it is stored in `bits` bits, as the SDK's C code converts it. */
function narrow(value: unknown, format: Format): string | number {
  const bits = Number(format.replace(/\D+/, ""));
  const isSigned = format.startsWith("int");
  if (bits === 64)
    return (
      isSigned ? BigInt.asIntN(64, BigInt(value as bigint)) : BigInt.asUintN(64, BigInt(value as bigint))
    ).toString();
  const whole = Number(value) | 0;
  if (bits === 32) return isSigned ? whole : whole >>> 0;
  const shift = 32 - bits;
  return isSigned ? (whole << shift) >> shift : (whole << shift) >>> shift;
}

/** One name space of the device's settings. */
class Storage {
  #path: string;
  #format: Format;
  #isReadOnly: boolean;
  #isOpen = true;

  constructor(path: string, format: Format, isReadOnly: boolean) {
    this.#path = path;
    this.#format = format;
    this.#isReadOnly = isReadOnly;
  }

  get format(): Format {
    return this.#format;
  }

  set format(format: Format) {
    this.#format = checkFormat(format);
  }

  /** The value of a key, undefined when it is absent; a value that was written in another format is a TypeError. */
  read(key: string, buffer?: ArrayBuffer | Uint8Array): ArrayBuffer | string | number | bigint | undefined {
    this.#checkOpen();
    const kind: string | undefined = call("settings.kind", this.#path, `${key}`);
    if (kind === undefined) return undefined;
    if (kind !== this.#format) throw new TypeError("mismatch");
    const value = call<ArrayBuffer | string | number>("settings.get", this.#path, `${key}`);
    if (kind.endsWith("64")) return BigInt(value as string);
    return value instanceof ArrayBuffer && buffer ? this.#copy(value, buffer) : value;
  }

  write(key: string, value: unknown): void {
    this.#checkOpen();
    if (this.#isReadOnly) throw new Error("read-only");
    const format = this.#format;
    const isBytes =
      value instanceof ArrayBuffer ||
      (ArrayBuffer.isView(value) && !("BYTES_PER_ELEMENT" in value && value.BYTES_PER_ELEMENT !== 1));
    if (format === "buffer" && !isBytes) throw new TypeError("invalid buffer");
    const stored = format === "buffer" ? value : format === "string" ? `${value}` : narrow(value, format);
    call("settings.set", this.#path, `${key}`, format, stored);
  }

  /** Deleting an absent key is no error. */
  delete(key: string): void {
    this.#checkOpen();
    if (this.#isReadOnly) throw new Error("read-only");
    call("settings.delete", this.#path, `${key}`);
  }

  close(): void {
    this.#isOpen = false;
  }

  *[Symbol.iterator](): Generator<string, undefined> {
    this.#checkOpen();
    for (const key of call("settings.keys", this.#path) as string[]) yield key;
    return undefined;
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new SyntaxError("C: xsGetHostChunk: invalid host data");
  }

  #copy(value: ArrayBuffer, buffer: ArrayBuffer | Uint8Array): number {
    if (buffer.byteLength < value.byteLength) throw new RangeError("buffer too small");
    const target = buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : buffer;
    target.set(new Uint8Array(value));
    return value.byteLength;
  }
}

/** Twin of `embedded:storage/key-value` on ESP32 (NVS): keys and paths have at most 15 characters. */
export default Object.freeze({
  open(options: { path?: string; mode?: string; format?: Format }): Storage {
    if (options.path === undefined) throw new Error("no path");
    const path = `${options.path}`.replace(/\/$/, "");
    if (path === "") throw new Error("invalid");
    const mode = options.mode ?? "r+";
    if (mode !== "r" && mode !== "r+") throw new Error("invalid mode");
    const format = checkFormat(options.format ?? "buffer");
    call("settings.open", path, mode === "r");
    return new Storage(path, format, mode === "r");
  },
});
