import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { ConfigError } from "../errors.ts";
import type { Log } from "../log.ts";

/** ms after which the files are looked at again. */
const LOOK_MS = 60_000;

/** A certificate and its key, PEM. */
export interface CertificatePair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface CertificateFilesOptions {
  /** PEM files: the certificate with those that lead to its root, and its key. */
  readonly certFile: string;
  readonly keyFile: string;
  /** The keys of the configuration that name them. */
  readonly keys: { readonly cert: string; readonly key: string };
  readonly clock: Clock;
  readonly log: Log;
  /** Takes what the files hold now. @throws when the two do not belong together */
  readonly onChange: (pair: CertificatePair) => void;
}

/** The files of a certificate, which may be replaced while they are in use. */
export class CertificateFiles {
  readonly #options: CertificateFilesOptions;
  /** In use, or last refused. */
  #seen: CertificatePair;
  #cancelLook: Cancel = () => {};
  #isClosed = false;

  /** @throws ConfigError `config-invalid` when a file cannot be read */
  constructor(options: CertificateFilesOptions) {
    const { certFile, keyFile, keys } = options;
    this.#options = options;
    this.#seen = { cert: read(keys.cert, certFile), key: read(keys.key, keyFile) };
  }

  get pair(): CertificatePair {
    return this.#seen;
  }

  /** Looks at the files once a minute from now on. */
  watch(): void {
    const { clock } = this.#options;
    this.#cancelLook = clock.schedule(LOOK_MS, () => {
      const release = clock.hold();
      void this.reload().finally(() => {
        release();
        if (!this.#isClosed) this.watch();
      });
    });
  }

  /** Takes what the files hold now, when that has changed and fits together; otherwise goes on with what it has. */
  async reload(): Promise<void> {
    const { certFile, keyFile, log, onChange } = this.#options;
    try {
      const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
      if (cert.equals(this.#seen.cert) && key.equals(this.#seen.key)) return;
      this.#seen = { cert, key };
      onChange({ cert, key });
      log.info({ file: certFile }, "certificate replaced");
    } catch (error) {
      // Files that are replaced one after the other do not fit for a moment; the next look finds the other.
      log.error({ error, cert: certFile, key: keyFile }, "new certificate refused: the old one stays in use");
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelLook();
  }
}

/** @throws ConfigError `config-invalid` when the two do not belong together, naming both */
export function refuseMismatch({ keys, certFile, keyFile }: CertificateFilesOptions, error: unknown): never {
  const what = `${keys.cert}, ${keys.key}: ${(error as Error).message} (${certFile}, ${keyFile})`;
  throw new ConfigError("config-invalid", `config-invalid: ${what}`, { cause: error });
}

function read(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const what = `${name}: expected a PEM file, got "${file}" (${(error as NodeJS.ErrnoException).code})`;
    throw new ConfigError("config-invalid", `config-invalid: ${what}`, { cause: error });
  }
}
