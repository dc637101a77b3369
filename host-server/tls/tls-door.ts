import { readFileSync } from "node:fs";
import type { Server } from "node:net";
import type { Duplex } from "node:stream";
import { createServer, TLSSocket, type Server as TlsServer } from "node:tls";
import type { Clock } from "../../protocol/clock.ts";
import type { Log } from "../log.ts";
import { CertificateFiles, type CertificateFilesOptions, refuseMismatch } from "./certificate-files.ts";

/** ms that a client has to say its first word, and for the handshake. */
const HANDSHAKE_MS = 20_000;
/** The first byte of every connection in TLS (RFC 8446 §5.1); no request of HTTP or MQTT begins with it. */
const HANDSHAKE = 0x16;

export interface TlsDoorOptions {
  readonly certFile: string;
  readonly keyFile: string;
  /** PEM file of the authority that has signed the certificates of devices; empty: devices show none. */
  readonly clientCaFile: string;
  /** Whether connections in clear are refused. */
  readonly isRequired: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whether those who come to a port show a device's certificate: they need not, they may, or are turned away without. */
export type DeviceCertificates = "unasked" | "asked" | "demanded";

/**
 * Has ports take connections over TLS as well as in clear, told apart by their first byte, so that `ws://` and `wss://` are one
 * port. A certificate that is replaced in its file is used for new connections; those that are open stay.
 */
export class TlsDoor {
  readonly #options: TlsDoorOptions;
  readonly #files: CertificateFiles;
  readonly #fileOptions: CertificateFilesOptions;
  readonly #servers: TlsServer[] = [];

  /** @throws ConfigError `config-invalid` when a file cannot be read */
  constructor(options: TlsDoorOptions) {
    const { certFile, keyFile, clock, log } = options;
    this.#options = options;
    this.#fileOptions = {
      ...{ certFile, keyFile, clock, log },
      keys: { cert: "server.tls.cert", key: "server.tls.key" },
      onChange: (pair) => {
        for (const server of this.#servers)
          server.setSecureContext({ ...pair, minVersion: "TLSv1.2", ...this.#client() });
      },
    };
    this.#files = new CertificateFiles(this.#fileOptions);
  }

  /**
   * Puts the door before a server that is not yet open.
   *
   * @param devices what holds where there is an authority of devices' certificates
   * @throws ConfigError `config-invalid` when certificate and key do not belong together
   */
  guard(server: Server, devices: DeviceCertificates = "unasked"): void {
    const takers = server.listeners("connection") as ((stream: Duplex) => void)[];
    const take = (stream: Duplex) => {
      for (const taker of takers) taker.call(server, stream);
    };
    const heed = this.#options.clientCaFile === "" ? "unasked" : devices;
    const tls = this.#create(take, heed);
    server.removeAllListeners("connection");
    server.on("connection", (stream: Duplex) => this.#sort(stream, tls, heed === "demanded" ? undefined : take));
  }

  /** Looks for new certificates from now on. */
  watch(): void {
    this.#files.watch();
  }

  close(): void {
    this.#files.close();
  }

  #client(): { ca?: Buffer } {
    const { clientCaFile } = this.#options;
    return clientCaFile === "" ? {} : { ca: readFileSync(clientCaFile) };
  }

  #create(take: (stream: Duplex) => void, devices: DeviceCertificates): TlsServer {
    const settings = { minVersion: "TLSv1.2", handshakeTimeout: HANDSHAKE_MS, noDelay: true } as const;
    const asks = devices !== "unasked";
    const client = { ...(asks && this.#client()), requestCert: asks, rejectUnauthorized: devices === "demanded" };
    try {
      const tls = createServer({ ...this.#files.pair, ...settings, ...client }, take);
      tls.on("tlsClientError", (error) => this.#options.log.debug({ error }, "TLS handshake failed"));
      this.#servers.push(tls);
      return tls;
    } catch (error) {
      return refuseMismatch(this.#fileOptions, error);
    }
  }

  /** @param plain takes what comes in clear; undefined: it is refused */
  #sort(stream: Duplex, tls: TlsServer, plain: ((stream: Duplex) => void) | undefined): void {
    const { clock, isRequired } = this.#options;
    const drop = () => stream.destroy();
    const cancel = clock.schedule(HANDSHAKE_MS, drop);
    stream.on("error", drop);
    stream.once("close", cancel);
    stream.once("data", (first: Buffer) => {
      cancel();
      stream.off("close", cancel);
      stream.pause();
      stream.unshift(first);
      if (first[0] === HANDSHAKE) tls.emit("connection", stream);
      else if (plain && !isRequired) plain(stream);
      else drop();
      process.nextTick(() => stream.resume());
    });
  }
}

/** Whether a connection that one of our ports took is encrypted. */
export function isOverTls(stream: Duplex): boolean {
  return stream instanceof TLSSocket;
}

/** The common name of the certificate that a device has shown; undefined for one that was not asked for it. */
export function certifiedName(stream: Duplex): string | undefined {
  if (!(stream instanceof TLSSocket) || !stream.authorized) return undefined;
  const name = stream.getPeerCertificate().subject?.CN;
  return typeof name === "string" ? name : undefined;
}

/** Whether the name in a certificate is that of a device. */
export function isCertificateOf(name: string, deviceId: string): boolean {
  return name.toLowerCase() === deviceId.toLowerCase();
}
