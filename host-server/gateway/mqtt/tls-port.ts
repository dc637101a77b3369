import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { createServer, type Server } from "node:tls";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { ConfigError } from "../../errors.ts";
import type { Log } from "../../log.ts";

/** ms that a device has for the handshake. */
const HANDSHAKE_MS = 20_000;
/** ms after which the files are looked at again. */
const LOOK_MS = 60_000;

export interface TlsPortOptions {
  /** PEM files: the certificate with those that lead to its root, and its key. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onStream: (stream: Duplex) => void;
}

interface Identity {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * A port for MQTT over TLS 1.2 or newer, not yet open. While it is watched, a certificate that is replaced in its file is
 * used for new connections; those that are open stay.
 */
export class TlsPort {
  readonly server: Server;
  readonly #options: TlsPortOptions;
  /** In use, or last refused. */
  #seen: Identity;
  #cancelLook: Cancel = () => {};

  /** @throws ConfigError `config-invalid` when a file cannot be read, or the two do not belong together */
  constructor(options: TlsPortOptions) {
    const { certFile, keyFile, log, onStream } = options;
    this.#options = options;
    this.#seen = { cert: read("gateway.tls_cert", certFile), key: read("gateway.tls_key", keyFile) };
    try {
      const settings = { minVersion: "TLSv1.2", handshakeTimeout: HANDSHAKE_MS, noDelay: true } as const;
      this.server = createServer({ ...this.#seen, ...settings }, onStream);
    } catch (error) {
      const what = `gateway.tls_cert, gateway.tls_key: ${(error as Error).message} (${certFile}, ${keyFile})`;
      throw new ConfigError("config-invalid", `config-invalid: ${what}`, { cause: error });
    }
    this.server.on("tlsClientError", (error) => log.debug({ error }, "TLS handshake failed"));
  }

  /** Looks at the files once a minute from now on. */
  watch(): void {
    const { clock } = this.#options;
    this.#cancelLook = clock.schedule(LOOK_MS, () => {
      const release = clock.hold();
      void this.reload().finally(() => {
        release();
        if (this.server.listening) this.watch();
      });
    });
  }

  /** Takes what the files hold now, when that has changed and fits together; otherwise goes on with what it has. */
  async reload(): Promise<void> {
    const { certFile, keyFile, log } = this.#options;
    try {
      const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
      if (cert.equals(this.#seen.cert) && key.equals(this.#seen.key)) return;
      this.#seen = { cert, key };
      this.server.setSecureContext({ cert, key, minVersion: "TLSv1.2" });
      log.info({ file: certFile }, "certificate replaced");
    } catch (error) {
      // Files that are replaced one after the other do not fit for a moment; the next look finds the other.
      log.error({ error, cert: certFile, key: keyFile }, "new certificate refused: the old one stays in use");
    }
  }

  close(): void {
    this.#cancelLook();
    this.server.close();
  }
}

function read(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const what = `${name}: expected a PEM file, got "${file}" (${(error as NodeJS.ErrnoException).code})`;
    throw new ConfigError("config-invalid", `config-invalid: ${what}`, { cause: error });
  }
}
