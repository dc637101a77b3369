import { call, fill, register, release } from "host";

interface I2COptions {
  data?: number;
  clock?: number;
  address?: number;
  hz?: number;
  format?: string;
  target?: unknown;
}

type Bytes = ArrayBuffer | Uint8Array;

function checkBytes(bytes: unknown): void {
  if (ArrayBuffer.isView(bytes) && (bytes as Uint8Array).BYTES_PER_ELEMENT !== 1) throw new TypeError("invalid buffer");
}

/** Twin of `embedded:io/i2c` on ESP32: its synchronous class. */
export default class I2C {
  target?: unknown;
  #id: number | undefined;

  constructor(options: I2COptions) {
    const { data, clock, address, hz = 0 } = options;
    if (data === undefined) throw new RangeError("data required");
    if (clock === undefined) throw new RangeError("clock required");
    if (address === undefined) throw new RangeError("address required");
    if (address < 0 || address > 127) throw new RangeError("invalid address");
    if (hz <= 0 || hz > 20_000_000) throw new RangeError("invalid hz");
    if ((options.format ?? "buffer") !== "buffer") throw new RangeError("invalid format");
    if (options.target !== undefined) this.target = options.target;
    const id = register(this);
    try {
      call("i2c.open", id, data, clock, address);
    } catch (error) {
      release(id);
      throw error;
    }
    this.#id = id;
  }

  get format(): string {
    return "buffer";
  }

  set format(format: string) {
    if (format !== "buffer") throw new RangeError();
  }

  write(bytes: Bytes): void {
    checkBytes(bytes);
    call("i2c.write", this.#open(), bytes);
  }

  /** Into a buffer, or of a length. */
  read(target: Bytes | number): ArrayBuffer | number {
    const id = this.#open();
    if (typeof target === "number") return call("i2c.read", id, target);
    checkBytes(target);
    return fill(target, "i2c.read", id, target.byteLength) as number;
  }

  writeRead(bytes: Bytes, target: Bytes | number): ArrayBuffer | number {
    const id = this.#open();
    checkBytes(bytes);
    try {
      call("i2c.write", id, bytes);
      return this.read(target);
    } catch {
      throw new Error("writeRead failed");
    }
  }

  close(): void {
    if (this.#id === undefined) return;
    call("i2c.close", this.#id);
    release(this.#id);
    this.#id = undefined;
  }

  #open(): number {
    if (this.#id === undefined) throw new SyntaxError("C: xsGetHostData: invalid host data");
    return this.#id;
  }
}
