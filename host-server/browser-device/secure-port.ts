import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Credentials, credentials, makeCertificate } from "../certificate/certificate.ts";
import { wantsWebSocket } from "../http/http-port.ts";
import { listen } from "../listen.ts";

/** Phones refuse certificates of more than 825 days. */
const VALID_MS = 800 * 86_400_000;
const DAY_MS = 86_400_000;

export interface SecurePortOptions {
  readonly ip: string;
  /** 0 lets the computer choose. */
  readonly port: number;
  /** Where key and certificate are kept, so that a phone is asked once. */
  readonly folder: string;
  /** Under which phones reach this computer. */
  readonly address: () => string;
  readonly now: () => number;
}

/** A port over which everything of the HTTP port can be had over HTTPS, opened when somebody asks for it. */
export class SecurePort {
  readonly #options: SecurePortOptions;
  readonly #http: HttpServer;
  #opening: Promise<Server> | undefined;
  #fingerprint = "";

  constructor(http: HttpServer, options: SecurePortOptions) {
    this.#http = http;
    this.#options = options;
  }

  /**
   * Its port, and what its certificate is told by. The first call opens it.
   * @throws AppError `port-busy`, `port-refused`
   */
  async open(): Promise<{ port: number; fingerprint: string }> {
    this.#opening ??= this.#listen();
    try {
      const { port } = (await this.#opening).address() as AddressInfo;
      return { port, fingerprint: this.#fingerprint };
    } catch (error) {
      // The port may be free the next time.
      this.#opening = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    const server = await this.#opening?.catch(() => undefined);
    server?.close();
    server?.closeAllConnections();
  }

  async #listen(): Promise<Server> {
    const { ip, port } = this.#options;
    const shown = this.#credentials();
    this.#fingerprint = new X509Certificate(shown.cert).fingerprint256;
    const server = createServer({ ...shown, shouldUpgradeCallback: wantsWebSocket });
    // Whoever answers on the HTTP port answers here.
    for (const event of ["request", "upgrade"]) server.on(event, (...parts) => this.#http.emit(event, ...parts));
    await listen(server, { ip, port, key: "server.https_port" });
    return server;
  }

  #credentials(): Credentials {
    const { folder, address, now } = this.#options;
    const file = join(folder, ".https.pem");
    const pem = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (pem !== "" && isGood(pem, address(), now())) return { key: pem, cert: pem };
    const names = [...new Set([address(), "127.0.0.1", "localhost", hostname(), `${hostname()}.local`])];
    const [from, to] = [new Date(now() - DAY_MS), new Date(now() + VALID_MS)];
    // A name of its own each time: browsers refuse a second certificate of the same name and number.
    const made = credentials(makeCertificate({ name: `XiaoZhi ${crypto.randomUUID()}`, names, from, to }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, made.key + made.cert, { mode: 0o600 });
    return made;
  }
}

/** Whether a kept certificate is still one for this address, for a month at least. */
function isGood(pem: string, address: string, now: number): boolean {
  try {
    const certificate = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE")));
    return certificate.checkIP(address) !== undefined && certificate.validToDate.getTime() - now > 30 * DAY_MS;
  } catch {
    // A file that is none of ours is written anew.
    return false;
  }
}
