import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import type { TwinHost, TwinPart } from "../part.ts";
import { chainFault } from "./certificate-chain.ts";

/** What the SDK offers: TLS 1.2, AES, SHA-256, P-256. */
const CIPHERS = [
  "AES128-SHA",
  "AES256-SHA",
  "AES128-SHA256",
  "AES256-SHA256",
  "DHE-RSA-AES128-SHA256",
  "DHE-RSA-AES256-SHA256",
  "DHE-RSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
].join(":");

/** Types of TLS records (RFC 5246 §6.2.1); what begins otherwise is no TLS. */
const FIRST_RECORD = 20;
const LAST_RECORD = 23;

interface SessionOptions {
  serverName: string | undefined;
  protocols: readonly string[];
  authorities: readonly X509Certificate[];
}

/** What has happened: `data` brings bytes, `fault` is what the SDK throws. */
type Event = { kind: "secure" | "end" } | { kind: "data"; bytes: Buffer } | { kind: "fault"; reason: string };

/** One TLS connection without a socket: takes and gives the bytes of the wire. */
class Session {
  id: number;
  readonly #host: TwinHost;
  readonly #options: SessionOptions;
  readonly #wire: Duplex;
  readonly #tls: TLSSocket;
  readonly #events: Event[] = [];
  #output: Buffer[] = [];
  #isPosted = false;
  #isClosed = false;
  #isSecure = false;
  #isFinishing = false;
  #isOver = false;
  #isTls: boolean | undefined;

  constructor(host: TwinHost, id: number, options: SessionOptions) {
    this.id = id;
    this.#host = host;
    this.#options = options;
    this.#wire = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, done) => {
        this.#output.push(Buffer.from(chunk));
        this.#post();
        done();
      },
    });
    const { serverName, protocols } = options;
    this.#tls = connect({
      socket: this.#wire,
      ...(serverName === undefined || isIP(serverName) ? {} : { servername: serverName }),
      ...(protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {}),
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.2",
      ciphers: CIPHERS,
      ecdhCurve: "prime256v1",
      sigalgs: "ECDSA+SHA256:RSA+SHA256",
      // The chain is judged by the firmware's rules and the device's clock.
      rejectUnauthorized: false,
    });
    this.#listen();
  }

  #listen(): void {
    this.#tls.on("secureConnect", () => {
      this.#isSecure = true;
      this.#add({ kind: "secure" });
    });
    this.#tls.on("data", (bytes: Buffer) => this.#add({ kind: "data", bytes }));
    this.#tls.on("error", (error: Error & { reason?: string }) => {
      this.#add(this.#isFinishing ? { kind: "end" } : { kind: "fault", reason: error.reason ?? error.message });
    });
    this.#tls.on("end", () => this.#add({ kind: "end" }));
    this.#tls.on("close", () => this.#add({ kind: "end" }));
  }

  /** Events that wait. */
  get pending(): number {
    return this.#events.length;
  }

  feed(bytes: Uint8Array): void {
    const first = bytes[0] ?? 0;
    this.#isTls ??= first >= FIRST_RECORD && first <= LAST_RECORD;
    // The SDK takes other bytes for the length of a record, and waits for it until the peer hangs up.
    if (this.#isTls) this.#wire.push(bytes);
  }

  /** The connection below has ended: what has arrived is still delivered. */
  finish(): void {
    const release = this.#host.clock.hold();
    // What was fed last may still be on its way through Node's streams.
    setImmediate(() => {
      release();
      this.#isFinishing = true;
      if (this.#isSecure) this.#wire.push(null);
      else this.#add({ kind: "end" });
    });
  }

  write(bytes: Uint8Array): void {
    this.#tls.write(bytes);
  }

  take(): Event | undefined {
    return this.#events.shift();
  }

  /** At most `room` bytes to send; undefined when there are none. */
  output(room: number): Buffer | undefined {
    const all = Buffer.concat(this.#output);
    const now = all.subarray(0, room);
    this.#output = now.length < all.length ? [all.subarray(now.length)] : [];
    return now.length > 0 ? now : undefined;
  }

  fault(now: number): string | undefined {
    const { serverName, authorities } = this.#options;
    return chainFault(this.#chain(), { serverName, authorities, now });
  }

  close(): void {
    this.#isClosed = true;
    this.#tls.destroy();
    this.#wire.destroy();
  }

  #chain(): X509Certificate[] {
    const chain: X509Certificate[] = [];
    let next = this.#tls.getPeerX509Certificate();
    while (next && chain.length < 10) {
      chain.push(next);
      next = next.issuerCertificate;
    }
    return chain;
  }

  #add(event: Event): void {
    if (this.#isOver) return;
    this.#isOver = event.kind === "end" || event.kind === "fault";
    this.#events.push(event);
    this.#post();
  }

  #post(): void {
    if (this.#isPosted || this.#isClosed) return;
    this.#isPosted = true;
    this.#host.post(() => {
      this.#isPosted = false;
      if (!this.#isClosed) this.#host.notify(this.id, "$proceed");
    });
  }
}

/** The Node side of `embedded:io/socket/tcp/tls`. */
export function createTls(host: TwinHost): TwinPart {
  const sessions = new Map<number, Session>();
  let bytes: Buffer | undefined;

  return {
    calls: {
      "tls.open": (id: number, texts: { serverName?: string; protocols: string[] }, der?: Uint8Array) => {
        const authorities = der ? [new X509Certificate(new Uint8Array(der))] : [];
        const { serverName, protocols } = texts;
        sessions.set(id, new Session(host, id, { serverName, protocols, authorities }));
      },
      "tls.feed": (id: number, data: Uint8Array) => sessions.get(id)?.feed(Buffer.from(new Uint8Array(data))),
      "tls.finish": (id: number) => sessions.get(id)?.finish(),
      "tls.pending": (id: number) => sessions.get(id)?.pending ?? 0,
      "tls.take": (id: number) => {
        const event = sessions.get(id)?.take();
        bytes = event?.kind === "data" ? event.bytes : undefined;
        return event?.kind === "fault" ? `fault ${event.reason}` : event?.kind;
      },
      /** The bytes of the `data` that was taken last. */
      "tls.data": () => bytes,
      "tls.fault": (id: number, now: number) => sessions.get(id)?.fault(now),
      "tls.write": (id: number, data: Uint8Array) => sessions.get(id)?.write(Buffer.from(new Uint8Array(data))),
      "tls.output": (id: number, room: number) => sessions.get(id)?.output(room),
      "tls.close": (id: number) => {
        sessions.get(id)?.close();
        sessions.delete(id);
      },
    },
    close() {
      for (const session of sessions.values()) session.close();
      sessions.clear();
    },
  };
}
