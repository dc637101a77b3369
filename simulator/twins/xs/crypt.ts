import { call } from "host";

type Buffer = ArrayBuffer | Uint8Array;

const BLOCK_BYTES = 16;

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

export default Object.freeze({ BlockCipher, Mode });
