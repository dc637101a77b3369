import { readFileSync } from "node:fs";
import type { Duplex } from "node:stream";
import { createServer, type Server } from "node:tls";
import { ConfigError } from "../../errors.ts";
import type { Log } from "../../log.ts";

/** ms that a device has for the handshake. */
const HANDSHAKE_MS = 20_000;

export interface TlsPortOptions {
  /** PEM files: the certificate with those that lead to its root, and its key. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly log: Log;
  readonly onStream: (stream: Duplex) => void;
}

/**
 * A port for MQTT over TLS 1.2 or newer, not yet open.
 *
 * @throws ConfigError `config-invalid` when a file cannot be read, or the two do not belong together
 */
export function createTlsPort({ certFile, keyFile, log, onStream }: TlsPortOptions): Server {
  const cert = read("gateway.tls_cert", certFile);
  const key = read("gateway.tls_key", keyFile);
  try {
    const options = { cert, key, minVersion: "TLSv1.2", handshakeTimeout: HANDSHAKE_MS, noDelay: true } as const;
    const server = createServer(options, onStream);
    server.on("tlsClientError", (error) => log.debug({ error }, "TLS handshake failed"));
    return server;
  } catch (error) {
    const what = `gateway.tls_cert, gateway.tls_key: ${(error as Error).message} (${certFile}, ${keyFile})`;
    throw new ConfigError("config-invalid", `config-invalid: ${what}`, { cause: error });
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
