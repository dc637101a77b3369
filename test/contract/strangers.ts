import { createECDH, randomBytes, sign } from "node:crypto";
import type { Duplex } from "node:stream";
import { createServer, type TlsOptions } from "node:tls";
import { credentials, type Identity, makeCertificate } from "../../host-server/certificate/certificate.ts";

type Peer = (stream: Duplex) => void;

const HANDSHAKE = 22;
const HELLO = 2;
const CERTIFICATE = 11;
const KEY_EXCHANGE = 12;
const HELLO_DONE = 14;
const ECDHE_ECDSA_AES128_GCM = [0xc0, 0x2b];
const NAMED_CURVE_P256 = [3, 0, 23];
const SHA256 = 4;
const ECDSA = 3;
/** Where the hello of a client has its 32 random bytes. */
const RANDOM_AT = 11;

/** Bytes with their length in front, in so many bytes. */
function sized(lengthBytes: number, content: Uint8Array): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(content.length, 0, lengthBytes);
  return Buffer.concat([length, content]);
}

function record(type: number, content: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(type, 3, 3), sized(2, content)]);
}

function message(type: number, content: Uint8Array): Buffer {
  return record(HANDSHAKE, Buffer.concat([Uint8Array.of(type), sized(3, content)]));
}

function hello(version: number, random: Uint8Array): Buffer {
  return message(HELLO, Buffer.from([3, version, ...random, 0, ...ECDHE_ECDSA_AES128_GCM, 0]));
}

interface Signature {
  readonly hash?: number;
  readonly algorithm?: number;
  readonly bytes: (content: Uint8Array) => Uint8Array;
}

/** A handshake with genuine certificates up to the key exchange; whoever goes on waits for ever. */
function keyExchange(chain: readonly Identity[], { hash = SHA256, algorithm = ECDSA, bytes }: Signature): Peer {
  return answering((clientHello) => {
    const random = randomBytes(32);
    const point = createECDH("prime256v1").generateKeys();
    const params = Buffer.concat([Buffer.from(NAMED_CURVE_P256), sized(1, point)]);
    const content = Buffer.concat([clientHello.subarray(RANDOM_AT, RANDOM_AT + 32), random, params]);
    const signature = Buffer.concat([Uint8Array.of(hash, algorithm), sized(2, bytes(content))]);
    return Buffer.concat([
      hello(3, random),
      message(CERTIFICATE, sized(3, Buffer.concat(chain.map(({ der }) => sized(3, der))))),
      message(KEY_EXCHANGE, Buffer.concat([params, signature])),
      message(HELLO_DONE, new Uint8Array(0)),
    ]);
  });
}

/** Answers the first bytes, and nothing more. */
function answering(answer: (first: Buffer) => Uint8Array): Peer {
  return (stream) => void stream.on("error", () => {}).once("data", (first) => stream.write(answer(first)));
}

function speakingTls(options: TlsOptions): Peer {
  const server = createServer(options, (stream) => stream.on("error", () => {}));
  server.on("tlsClientError", () => {});
  return (stream) =>
    void server.emit(
      "connection",
      stream.on("error", () => {}),
    );
}

/** Servers that a device must not trust, or understand, by names that say why; and a few that it must. */
export function createStrangers(authority: Identity, server: Identity): { readonly [name: string]: Peer } {
  const shown = (members: object, ...others: readonly Identity[]) =>
    speakingTls(credentials(makeCertificate({ name: server.name, issuer: authority, ...members }), ...others));
  const between = makeCertificate({ name: "between", issuer: authority, isAuthority: true });
  const unknown = makeCertificate({ name: "unknown", isAuthority: true });
  const genuine = [server, authority];
  const signed = (content: Uint8Array) => sign("sha256", content, server.key);
  return {
    "good chain": shown({ issuer: between }, between),
    "good certificate alone": shown({}),
    expired: shown({ to: new Date("2025-06-01") }, authority),
    "not valid yet": shown({ from: new Date("2080-01-01") }, authority),
    "other name": shown({ name: "other.test" }, authority),
    "signed itself": shown({ issuer: undefined }),
    "unknown authority": shown({ issuer: unknown }, unknown),
    "gap in the chain": shown({ issuer: between }),
    "signed itself before a genuine chain": shown({ issuer: undefined }, ...genuine),
    "signed by a server": shown({ issuer: server }, ...genuine),
    "other version": speakingTls({ ...credentials(server, authority), minVersion: "TLSv1.3" }),
    "older version": answering(() => hello(1, randomBytes(32))),
    "goodbye at once": answering(() => record(21, Uint8Array.of(1, 0))),
    "no TLS": (stream) => void stream.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    "hangs up": (stream) => void stream.on("error", () => {}).once("data", () => stream.destroy()),
    "key exchange signed by another": keyExchange(genuine, {
      bytes: (content) => sign("sha256", content, unknown.key),
    }),
    "key exchange not signed": keyExchange(genuine, { algorithm: 0, bytes: () => Uint8Array.of(0) }),
    "key exchange without a hash": keyExchange(genuine, { hash: 0, bytes: signed }),
    "key exchange signed with zeros": keyExchange(genuine, { bytes: () => Buffer.from("3006020100020100", "hex") }),
  };
}
