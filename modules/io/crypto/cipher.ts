import { BlockCipher, Mode } from "crypt";

/** The SDK's ciphers take whole ArrayBuffers. */
function copied(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}

/** AES in counter mode (NIST SP 800-38A §6.5), with a counter block of its own for each piece of data. */
export class CounterCipher {
  readonly #mode: Mode;

  /** `key`: 16 bytes for AES-128. */
  constructor(key: Uint8Array) {
    this.#mode = new Mode("CTR", new BlockCipher("AES", copied(key)));
  }

  /** Encrypts or decrypts, which is the same; `counter` are the 16 bytes of the first block. */
  apply(counter: Uint8Array, data: Uint8Array): Uint8Array {
    this.#mode.setIV(copied(counter));
    return new Uint8Array(this.#mode.encrypt(data));
  }
}
