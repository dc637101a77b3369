import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseToDevice, type ServerHello } from "../../protocol/to-device.ts";
import {
  joinUdpPacket,
  MAX_UDP_PAYLOAD_BYTES,
  missingBetween,
  readUdpPacket,
  UDP_HEADER_BYTES,
  udpHeader,
} from "../../protocol/udp-packet.ts";
import { readUdpSession } from "../../protocol/udp-session.ts";
import { protocolError, valueOrProtocolError } from "./throws.ts";
import { fromHex, toHex, UDP_KEY, UDP_NONCE, UDP_VECTORS } from "./vectors/udp.ts";

for (const { sequence, timestamp, header, cipher } of UDP_VECTORS) {
  test(`packet ${sequence}: the header is the nonce with length, time and number`, () => {
    const payload = fromHex(cipher);
    const made = udpHeader(fromHex(UDP_NONCE), { payloadBytes: payload.byteLength, timestamp, sequence });
    assert.equal(toHex(made), header);
    const datagram = joinUdpPacket(made, payload);
    assert.equal(toHex(datagram), header + cipher);
    const packet = readUdpPacket(datagram);
    assert.deepEqual([packet.sequence, packet.timestamp], [sequence, timestamp]);
    assert.equal(toHex(packet.header), header);
    assert.equal(toHex(packet.payload), cipher);
  });
}

test("making a header leaves the nonce as it is", () => {
  const nonce = fromHex(UDP_NONCE);
  udpHeader(nonce, { payloadBytes: 9, timestamp: 9, sequence: 9 });
  assert.equal(toHex(nonce), UDP_NONCE);
});

test("any packet can be read from the middle of a buffer, and keeps the nonce's connection", () => {
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const payloads = fc.uint8Array({ maxLength: MAX_UDP_PAYLOAD_BYTES });
  fc.assert(
    fc.property(payloads, u32, u32, (payload, timestamp, sequence) => {
      const header = udpHeader(fromHex(UDP_NONCE), { payloadBytes: payload.byteLength, timestamp, sequence });
      const around = new Uint8Array(UDP_HEADER_BYTES + payload.byteLength + 10);
      around.set(joinUdpPacket(header, payload), 5);
      const packet = readUdpPacket(around.subarray(5, around.byteLength - 5));
      assert.deepEqual([packet.timestamp, packet.sequence], [timestamp, sequence]);
      assert.equal(toHex(packet.header.subarray(4, 8)), "12345678");
      assert.equal(toHex(packet.payload), toHex(payload));
    }),
  );
});

test("a payload that does not fit a datagram is refused", () => {
  const fields = { payloadBytes: MAX_UDP_PAYLOAD_BYTES + 1, timestamp: 0, sequence: 1 };
  assert.equal(protocolError(() => udpHeader(fromHex(UDP_NONCE), fields)).code, "frame-invalid");
});

test("short datagrams, other types and lengths that lie are refused", () => {
  const good = joinUdpPacket(fromHex("01000002123456780000000000000001"), new Uint8Array(2));
  assert.equal(readUdpPacket(good).payload.byteLength, 2);
  assert.match(protocolError(() => readUdpPacket(good.subarray(0, 15))).message, /at least 16 bytes, got 15/);
  assert.match(protocolError(() => readUdpPacket(good.subarray(0, 17))).message, /payload_len: expected 18 .* got 17/);
  const longer = new Uint8Array(19);
  longer.set(good);
  assert.match(protocolError(() => readUdpPacket(longer)).message, /payload_len: expected 18 .* got 19/);
  const other = good.slice();
  other[0] = 2;
  assert.match(protocolError(() => readUdpPacket(other)).message, /udp.type: expected 1, got 2/);
});

test("any datagram is a packet or a ProtocolError", () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.uint8Array({ minLength: 16, maxLength: 40 }).map((bytes) => Uint8Array.from(bytes, (b, i) => [1, 0, 0][i] ?? b)),
  );
  fc.assert(fc.property(anything, (bytes) => valueOrProtocolError(() => readUdpPacket(bytes))));
});

test("sequence: the next one, a gap, a repeated one, a late one, and the end of 32 bits", () => {
  assert.equal(missingBetween(0, 1), 0);
  assert.equal(missingBetween(1, 5), 3);
  assert.equal(missingBetween(5, 5), undefined);
  assert.equal(missingBetween(5, 4), undefined);
  assert.equal(missingBetween(0xffff_ffff, 0), 0);
  assert.equal(missingBetween(0xffff_fffe, 1), 2);
  assert.equal(missingBetween(0, 0xffff_ffff), undefined);
});

const UDP = { server: "10.0.0.1", port: 8884, encryption: "aes-128-ctr", key: UDP_KEY, nonce: UDP_NONCE };

function hello(members: object): ServerHello {
  return parseToDevice(JSON.stringify({ type: "hello", version: 3, transport: "udp", ...members })) as ServerHello;
}

test("hello v3 gives host, port, key and nonce; hexadecimal digits of any case", () => {
  const session = readUdpSession(hello({ session_id: "s", udp: { ...UDP, key: UDP_KEY.toUpperCase() } }));
  assert.deepEqual([session.host, session.port], ["10.0.0.1", 8884]);
  assert.equal(toHex(session.key), UDP_KEY);
  assert.equal(toHex(session.nonce), UDP_NONCE);
});

test("hello v3: each member that is wrong is named, and a key never is", () => {
  const wrong: [object, string][] = [
    [{ transport: "websocket", udp: UDP }, "hello.transport"],
    [{}, "hello.udp"],
    [{ udp: "10.0.0.1:8884" }, "hello.udp"],
    [{ udp: { ...UDP, server: 5 } }, "hello.udp.server"],
    [{ udp: { ...UDP, server: "" } }, "hello.udp.server"],
    [{ udp: { ...UDP, port: 0 } }, "hello.udp.port"],
    [{ udp: { ...UDP, port: 65536 } }, "hello.udp.port"],
    [{ udp: { ...UDP, port: 80.5 } }, "hello.udp.port"],
    [{ udp: { ...UDP, port: "8884" } }, "hello.udp.port"],
    [{ udp: { ...UDP, key: UDP_KEY.slice(2) } }, "hello.udp.key"],
    [{ udp: { ...UDP, key: `${UDP_KEY}00` } }, "hello.udp.key"],
    [{ udp: { ...UDP, nonce: UDP_NONCE.replace("1", "g") } }, "hello.udp.nonce"],
    [{ udp: { ...UDP, nonce: null } }, "hello.udp.nonce"],
  ];
  for (const [members, field] of wrong) {
    const error = protocolError(() => readUdpSession(hello(members)));
    assert.deepEqual([error.code, error.field], ["message-invalid", field]);
    assert.equal(error.message.includes(UDP_KEY.slice(2)), false);
  }
});

test("hello v3: any udp section is a session or a ProtocolError", () => {
  const members = fc.constantFrom("server", "port", "key", "nonce");
  const values = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant(UDP_KEY), fc.constant("h"), fc.constant(80));
  fc.assert(
    fc.property(fc.dictionary(members, values), (udp) => valueOrProtocolError(() => readUdpSession(hello({ udp })))),
  );
});
