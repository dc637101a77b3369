import { call } from "host";

type Buffer = ArrayBuffer | Uint8Array;

const BLOCK_BYTES = 16;

const DIGESTS: readonly string[] = Object.freeze(["MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"]);

/** Twin of `crypt`'s hash functions. */
export class Digest {
  readonly #type: string;
  readonly #id: number;
  #isClosed = false;

  constructor(type: string) {
    if (!DIGESTS.includes(type)) throw new Error("crypt: unsupported digest");
    this.#type = type;
    this.#id = call("crypt.begin", type);
  }

  get blockSize(): number {
    return ["SHA384", "SHA512"].includes(this.#type) ? 128 : 64;
  }

  get outputSize(): number {
    return call<number>("crypt.digestBytes", this.#type);
  }

  /** Text counts as its UTF-8. */
  write(data: Buffer | string): void {
    // The SDK goes on from a state that means nothing any more.
    if (this.#isClosed) throw new Error("twin of crypt: digest used after its end");
    call("crypt.add", this.#id, typeof data === "string" ? ArrayBuffer.fromString(data) : data);
  }

  update(data: Buffer | string): void {
    this.write(data);
  }

  /** The hash of all that was written; with `more`, writing may go on. */
  close(more = false): ArrayBuffer {
    this.#isClosed = !more;
    return call("crypt.end", this.#id, more);
  }

  reset(): void {
    call("crypt.reset", this.#id, this.#type);
    this.#isClosed = false;
  }

  process(...data: (Buffer | string)[]): ArrayBuffer {
    this.reset();
    for (const part of data) this.write(part);
    return this.close();
  }
}

/** Twin of `crypt`'s block ciphers: AES with keys of 128, 192 and 256 bits. */
export class BlockCipher {
  /** For `Mode`. */
  readonly $key: ArrayBuffer;

  constructor(cipher: string, key: ArrayBuffer) {
    if (cipher !== "AES") throw new Error(`twin of crypt: unimplemented cipher "${cipher}"`);
    if (!(key instanceof ArrayBuffer)) throw new TypeError("this is not an ArrayBuffer instance");
    if (![16, 24, 32].includes(key.byteLength)) throw new Error("invalid key length");
    this.$key = key.slice(0);
  }

  get keySize(): number {
    return this.$key.byteLength;
  }

  get blockSize(): number {
    return BLOCK_BYTES;
  }
}

/** Twin of `crypt`'s modes of operation, as far as used: CTR, whose counter goes on from call to call until `setIV`. */
export class Mode {
  readonly #cipher: BlockCipher;
  #iv = new ArrayBuffer(BLOCK_BYTES);
  /** Bytes since `setIV`. */
  #position = 0;

  constructor(mode: string, cipher: BlockCipher, iv?: ArrayBuffer, _pad?: boolean) {
    if (mode !== "CTR") throw new Error(`twin of crypt: unimplemented mode "${mode}"`);
    this.#cipher = cipher;
    if (iv) this.setIV(iv);
  }

  setIV(iv: ArrayBuffer): void {
    if (!(iv instanceof ArrayBuffer)) throw new TypeError("this is not an ArrayBuffer instance");
    const bytes = new Uint8Array(iv).subarray(0, BLOCK_BYTES);
    const whole = new Uint8Array(BLOCK_BYTES);
    whole.set(bytes, BLOCK_BYTES - bytes.byteLength);
    this.#iv = whole.buffer;
    this.#position = 0;
  }

  encrypt(data: Buffer, result?: ArrayBuffer): ArrayBuffer {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (result && result.byteLength < bytes.byteLength) throw new Error("output too small");
    const done = call<ArrayBuffer>("crypt.ctr", this.#cipher.$key, this.#iv, this.#position, bytes);
    this.#position += bytes.byteLength;
    if (!result) return done;
    new Uint8Array(result).set(new Uint8Array(done));
    return result;
  }

  /** In this mode the same as `encrypt`. */
  decrypt(data: Buffer, result?: ArrayBuffer): ArrayBuffer {
    return this.encrypt(data, result);
  }
}

export default Object.freeze({ BlockCipher, Digest, Mode });
