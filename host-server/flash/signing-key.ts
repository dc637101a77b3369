import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../errors.ts";

/** File with the private key, which only its owner may read. */
const FILE = ".flash-key.pem";

/** With what this server says that images are as they came to it: Ed25519. */
export class SigningKey {
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  private constructor(key: KeyObject) {
    this.#private = key;
    this.#public = createPublicKey(key);
  }

  /**
   * The key of a data folder, the same after each start. The first call makes it.
   * @throws AppError `flash-key-unreadable`
   */
  static of(dataDirectory: string): SigningKey {
    const path = join(dataDirectory, FILE);
    try {
      return new SigningKey(read(path) ?? make(path, dataDirectory));
    } catch (cause) {
      throw new AppError("flash-key-unreadable", `flash-key-unreadable: ${path}: ${String(cause)}`, { cause });
    }
  }

  /** The public key: 32 bytes. */
  get publicKey(): Uint8Array {
    const { x = "" } = this.#public.export({ format: "jwk" });
    return Buffer.from(x, "base64url");
  }

  /** What people compare: SHA-256 of the public key, in hexadecimal pairs. */
  get fingerprint(): string {
    const digest = createHash("sha256").update(this.publicKey).digest("hex").toUpperCase();
    return digest.replace(/(..)(?!$)/g, "$1:");
  }

  /** 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array {
    return sign(null, bytes, this.#private);
  }

  isSigned(bytes: Uint8Array, signature: Uint8Array): boolean {
    return verify(null, bytes, this.#public, signature);
  }
}

function read(path: string): KeyObject | undefined {
  try {
    return createPrivateKey(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function make(path: string, folder: string): KeyObject {
  const { privateKey } = generateKeyPairSync("ed25519");
  mkdirSync(folder, { recursive: true });
  // Another program may have made one in this moment: then that is the key.
  try {
    writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return createPrivateKey(readFileSync(path));
  }
  return privateKey;
}
