import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { credentials, type Identity, makeCertificate } from "../../../host-server/certificate/certificate.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import { program } from "./program.ts";

const HOST = "10.9.9.9";
const AUTHORITY = makeCertificate({ name: "authority", isAuthority: true });
const INTERMEDIATE = makeCertificate({ name: "intermediate", issuer: AUTHORITY, isAuthority: true });
const SERVER = makeCertificate({ name: "server.test", issuer: AUTHORITY });
const GOOD = credentials(SERVER, AUTHORITY);

/** What a program of the tests begins with: a TCP class whose callbacks report what they throw, and a connection. */
const CONNECT = (authority: Identity, secure = "") => `import TLSSocket from "embedded:io/socket/tcp/tls";
import TCP from "embedded:io/socket/tcp";
import Time from "time";
import Timer from "timer";
const guarded = (run, onError) => function (count) {
  try { run.call(this, count); } catch (error) { say("thrown: " + error.message); onError?.(); }
};
class Guarded extends TCP {
  constructor(options) {
    const { onReadable, onWritable, onError } = options;
    super({ ...options, onReadable: guarded(onReadable, onError), onWritable: guarded(onWritable, onError) });
  }
}
const certificate = new Uint8Array([${authority.der.join()}]).buffer;
const connect = (options) => new TLSSocket({
  address: "${HOST}", host: "server.test", port: 443, TCP: { io: Guarded },
  ...options,
  secure: { certificate, ${secure} },
});`;

interface Served {
  readonly main: string;
  readonly tls?: TlsOptions;
  readonly onConnection?: (stream: TLSSocket, raw: Duplex) => void;
  readonly onRaw?: (stream: Duplex) => void;
  readonly authority?: Identity;
  readonly secure?: string;
}

/** Runs a program against a server for two seconds, with the device's clock set. */
async function run({ main, tls = GOOD, onConnection = () => {}, onRaw, authority = AUTHORITY, secure }: Served) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  let raw: Duplex;
  const server = createServer(tls, (stream) => {
    stream.on("error", () => {});
    onConnection(stream, raw);
  });
  server.on("tlsClientError", () => {});
  await network.listen(HOST, 443, (stream) => {
    raw = stream;
    if (onRaw) onRaw(stream);
    else server.emit("connection", stream);
  });
  const source = `${CONNECT(authority, secure)}
    export default () => { Time.set(${Math.floor(clock.now() / 1000)}); ${main} };`;
  const { device, said, errors } = program(source, { clock, network });
  device.start();
  await clock.advance(2000);
  const { failure } = device;
  device.close();
  return { said, errors, failure };
}

const REPORT = `connect({ onWritable() { say("open"); }, onReadable() { say(text(this.read())); }, onError() { say("error"); } });`;

test("a connection to a server that is trusted writes and reads, within the room that it has", async () => {
  const { said } = await run({
    onConnection: (stream) => stream.on("data", (data) => stream.write(data)),
    main: `let isFirst = true;
      const tls = connect({
        onWritable(count) {
          if (!isFirst) return;
          isFirst = false;
          say(["writable", count]);
          say(attempt(() => tls.write(new Uint8Array(6000))));
          say(attempt(() => tls.write(new Uint8Array(20000))));
          say(tls.write(bytes("hello")));
        },
        onReadable(count) {
          say(["readable", count]);
          say(attempt(() => tls.read(count + 1)));
          say(text(tls.read(2)));
          const view = new Uint8Array(2);
          say(tls.read(view));
          say(text(view));
          tls.format = "number";
          say([tls.format, tls.read(), tls.read()]);
        },
      });
      say(attempt(() => tls.write(bytes("too early"))));`,
  });
  const [early, [writable, room], ...rest] = said as [unknown, [string, number], ...unknown[]];
  assert.equal(early, "Error: not ready");
  assert.equal(writable, "writable");
  assert.ok(room > 4000 && room <= 5744 - 96, `${room} bytes`);
  assert.deepEqual(rest.slice(0, 2), ["Error: would block", "Error: too large"]);
  assert.equal(rest[2], room + 96 - 5 - 29 - 32);
  assert.deepEqual(rest.slice(3), [["readable", 5], "Error: invalid", "he", 2, "ll", ["number", 111, null]]);
});

test("all bytes pass in both directions, and the end of the peer comes after them as an error", async () => {
  const received: Buffer[] = [];
  const { said } = await run({
    onConnection: (stream) => {
      stream.on("data", (data) => received.push(data));
      stream.end(Buffer.alloc(40_000, "x"));
    },
    main: `let waiting = 30, total = 0;
      const tls = connect({
        onWritable(room) { while (waiting > 0 && room >= 1000) { room = tls.write(new Uint8Array(1000)); waiting--; } },
        onReadable(count) { total += tls.read(count).byteLength; },
        onError() { say(total); tls.close(); tls.close(); },
      });`,
  });
  assert.deepEqual(said, [40_000]);
  assert.ok(Buffer.concat(received).length > 0);
});

test("a record is read in pieces and late, and what follows waits", async () => {
  const { said } = await run({
    onConnection: (stream) => {
      stream.write("first");
      stream.end("second");
    },
    main: `const tls = connect({
        onReadable(count) { say(count); Timer.set(() => { say(text(tls.read(2))); say(text(tls.read())); }, 100); },
        onError() { say("error"); },
      });`,
  });
  assert.deepEqual(said, [5, "fi", "rst", 6, "se", "cond", "error"]);
});

const DAY = 24 * 60 * 60 * 1000;
const yesterday = new Date(Date.UTC(2026, 0, 1) - DAY);
const expired = makeCertificate({ name: "server.test", issuer: AUTHORITY, to: yesterday });
const stranger = makeCertificate({ name: "stranger", isAuthority: true });
const selfSigned = makeCertificate({ name: "server.test" });
const leafOfLeaf = makeCertificate({ name: "server.test", issuer: SERVER });

const REFUSED: readonly { readonly what: string; readonly tls: TlsOptions; readonly secure?: string }[] = [
  { what: "another name", tls: GOOD, secure: 'serverName: "other.test"' },
  { what: "a certificate that has expired", tls: credentials(expired, AUTHORITY) },
  {
    what: "an authority that is not known",
    tls: credentials(makeCertificate({ name: "server.test", issuer: stranger }), stranger),
  },
  { what: "a certificate that signed itself", tls: credentials(selfSigned) },
  {
    what: "the server's own certificate without the one between",
    tls: credentials(makeCertificate({ name: "server.test", issuer: INTERMEDIATE })),
  },
  { what: "a certificate that the next one did not sign", tls: credentials(selfSigned, INTERMEDIATE, AUTHORITY) },
  { what: "a signer that is no authority", tls: credentials(leafOfLeaf, SERVER, AUTHORITY) },
];

for (const { what, tls, secure } of REFUSED) {
  test(`refused, inside the callback of the connection: ${what}`, async () => {
    const { said, failure } = await run({ main: REPORT, tls, ...(secure === undefined ? {} : { secure }) });
    assert.deepEqual(said, ["thrown: certificate: auth err", "error"]);
    assert.equal(failure, undefined);
  });
}

const ACCEPTED: readonly { readonly what: string; readonly tls: TlsOptions; readonly secure?: string }[] = [
  { what: "own certificate and authority", tls: GOOD },
  { what: "own certificate, signed by an authority that is known", tls: credentials(SERVER) },
  {
    what: "own certificate and an intermediate one",
    tls: credentials(makeCertificate({ name: "server.test", issuer: INTERMEDIATE }), INTERMEDIATE),
  },
  {
    what: "the whole chain, and a wildcard",
    tls: credentials(makeCertificate({ name: "*.server.test", issuer: INTERMEDIATE }), INTERMEDIATE, AUTHORITY),
    secure: 'serverName: "api.server.test"',
  },
  {
    what: "an address as name",
    tls: credentials(makeCertificate({ name: HOST, issuer: AUTHORITY }), AUTHORITY),
    secure: `serverName: "${HOST}"`,
  },
];

for (const { what, tls, secure } of ACCEPTED) {
  test(`trusted: ${what}`, async () => {
    const { said } = await run({ main: REPORT, tls, ...(secure === undefined ? {} : { secure }) });
    assert.equal(said[0], "open");
    assert.ok(!said.includes("error"));
  });
}

test("a server that wants another version than 1.2 ends in an exception inside the callback", async () => {
  const { said } = await run({ main: REPORT, tls: { ...GOOD, minVersion: "TLSv1.3" } });
  assert.deepEqual(said, ["thrown: tlsv1 alert protocol version", "error"]);
});

test("a server without TLS: its answer is not understood, and its end is an error", async () => {
  const { said } = await run({ main: REPORT, onRaw: (stream) => stream.end("HTTP/1.1 400 Bad Request\r\n\r\n") });
  assert.deepEqual(said, ["error"]);
});

test("a connection that is refused is an error", async () => {
  const { said } = await run({ main: `connect({ port: 444, onError() { say("error"); } });` });
  assert.deepEqual(said, ["error"]);
});

test("an authority whose time is over is not trusted; before its time comes by the device's clock, none is", async () => {
  const old = makeCertificate({ name: "old", isAuthority: true, to: yesterday });
  const tls = credentials(makeCertificate({ name: "server.test", issuer: old }), old);
  const refused = ["thrown: certificate: auth err", "error"];
  assert.deepEqual((await run({ main: REPORT, tls, authority: old })).said, refused);
  assert.deepEqual((await run({ main: `Time.set(0); ${REPORT}` })).said, refused);
});

test("what breaks the protocol behind data that is read late is thrown inside a timer, as by the SDK", async () => {
  const { said, failure } = await run({
    onConnection: (stream, raw) => {
      stream.write("data", () => raw.write(Buffer.from("1703030002ffff", "hex")));
    },
    main: `const tls = connect({ onReadable() { Timer.set(() => say(text(tls.read())), 500); }, onError() { say("error"); } });`,
  });
  assert.deepEqual(said, ["data"]);
  assert.ok(failure, "nobody caught it");
});
