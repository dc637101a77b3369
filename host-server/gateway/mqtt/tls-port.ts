import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { createServer, type Server } from "node:tls";
import type { Clock } from "../../../protocol/clock.ts";
import type { Log } from "../../log.ts";
import { CertificateFiles, type CertificatePair, refuseMismatch } from "../../tls/certificate-files.ts";

/** ms that a device has for the handshake. */
const HANDSHAKE_MS = 20_000;

export interface TlsPortOptions {
  /** PEM files: the certificate with those that lead to its root, and its key. */
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM file of the authority of the certificates that devices must show; empty: they show none. */
  readonly clientCaFile?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onStream: (stream: Duplex) => void;
}

/**
 * A port for MQTT over TLS 1.2 or newer, not yet open. While it is watched, a certificate that is replaced in its file is
 * used for new connections; those that are open stay.
 */
export class TlsPort {
  readonly server: Server;
  readonly #files: CertificateFiles;

  /** @throws ConfigError `config-invalid` when a file cannot be read, or the two do not belong together */
  constructor({ onStream, clientCaFile = "", ...options }: TlsPortOptions) {
    const client = () => (clientCaFile === "" ? {} : { ca: readFileSync(clientCaFile) });
    const asks = { requestCert: clientCaFile !== "", rejectUnauthorized: clientCaFile !== "" };
    const files = {
      ...options,
      keys: { cert: "gateway.tls_cert", key: "gateway.tls_key" },
      onChange: (pair: CertificatePair) =>
        this.server.setSecureContext({ ...pair, ...client(), minVersion: "TLSv1.2" }),
    };
    this.#files = new CertificateFiles(files);
    try {
      const settings = { minVersion: "TLSv1.2", handshakeTimeout: HANDSHAKE_MS, noDelay: true } as const;
      this.server = createServer({ ...this.#files.pair, ...client(), ...asks, ...settings }, onStream);
    } catch (error) {
      throw refuseMismatch(files, error);
    }
    this.server.on("tlsClientError", (error) => options.log.debug({ error }, "TLS handshake failed"));
  }

  /** Looks at the files once a minute from now on. */
  watch(): void {
    this.#files.watch();
  }

  close(): void {
    this.#files.close();
    this.server.close();
  }
}
