import { type Format, readSettings, type Settings, writeSettings } from "modules/io/linux/settings-file";
import { frozen } from "protocol/frozen";

const INTEGERS: readonly string[] = frozen(["uint8", "int8", "uint16", "int16", "uint32", "int32"]);

/** Limits of NVS, the store of ESP32: what works here works there. */
const NAME_LIMIT = 15;
const TEXT_LIMIT_BYTES = 3999;

/** What a number becomes in a field of so many bits. */
function narrow(value: unknown, format: string): number {
  const whole = Number(value) | 0;
  const shift = 32 - Number(format.replace(/\D+/, ""));
  return format.startsWith("int") ? (whole << shift) >> shift : (whole << shift) >>> shift;
}

function checkFormat(format: string): Format {
  if (format !== "string" && !INTEGERS.includes(format)) throw new RangeError("unsupported");
  return format as Format;
}

function checkName(name: string, code: string): void {
  if (name.length === 0 || name.length > NAME_LIMIT) throw new Error(code);
}

/** One namespace of the settings file. */
class Storage {
  readonly #path: string;
  readonly #isReadOnly: boolean;
  #format: Format;
  #isOpen = true;

  constructor(path: string, format: Format, isReadOnly: boolean) {
    this.#path = path;
    this.#format = format;
    this.#isReadOnly = isReadOnly;
  }

  get format(): string {
    return this.#format;
  }

  set format(format: string) {
    this.#format = checkFormat(format);
  }

  read(key: string): string | number | undefined {
    const stored = this.#settings()[this.#path]?.[`${key}`];
    if (stored && stored.format !== this.#format) throw new TypeError("mismatch");
    return stored?.value;
  }

  write(key: string, value: unknown): void {
    const settings = this.#settings();
    if (this.#isReadOnly) throw new Error("read-only");
    checkName(`${key}`, key === "" ? "ESP_ERR_NVS_INVALID_NAME" : "ESP_ERR_NVS_KEY_TOO_LONG");
    const format = this.#format;
    const stored = format === "string" ? `${value}` : narrow(value, format);
    if (typeof stored === "string" && ArrayBuffer.fromString(stored).byteLength > TEXT_LIMIT_BYTES)
      throw new Error("ESP_ERR_NVS_VALUE_TOO_LONG");
    const namespace = settings[this.#path] ?? {};
    namespace[`${key}`] = { format, value: stored };
    settings[this.#path] = namespace;
    writeSettings(settings);
  }

  /** Deleting an absent key is no error. */
  delete(key: string): void {
    const settings = this.#settings();
    if (this.#isReadOnly) throw new Error("read-only");
    const namespace = settings[this.#path];
    if (namespace?.[`${key}`] === undefined) return;
    delete namespace[`${key}`];
    writeSettings(settings);
  }

  close(): void {
    this.#isOpen = false;
  }

  [Symbol.iterator](): Iterator<string> {
    return Object.keys(this.#settings()[this.#path] ?? {})[Symbol.iterator]();
  }

  /** The file is small and changes rarely: it is the only state, as flash is. */
  #settings(): Settings {
    if (!this.#isOpen) throw new SyntaxError("C: xsGetHostChunk: invalid host data");
    return readSettings();
  }
}

/**
 * `embedded:storage/key-value`, which the SDK lacks on Linux, in a file of the working directory. Text and numbers of
 * up to 32 bits; names, texts and refusals as on ESP32.
 */
export default frozen({
  open(options: { readonly path?: string; readonly mode?: string; readonly format?: string }): Storage {
    if (options.path === undefined) throw new Error("no path");
    const path = `${options.path}`.replace(/\/$/, "");
    if (path === "") throw new Error("invalid");
    const mode = options.mode ?? "r+";
    if (mode !== "r" && mode !== "r+") throw new Error("invalid mode");
    const format = checkFormat(options.format ?? "buffer");
    checkName(path, "ESP_ERR_NVS_INVALID_NAME");
    if (mode === "r" && !readSettings()[path]) throw new Error("ESP_ERR_NVS_NOT_FOUND");
    return new Storage(path, format, mode === "r");
  },
});
