import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dnsQuestion, readDnsRecords } from "../../modules/discovery/dns-message.ts";
import { nameBytes, recordBytes, responseBytes, srvBytes, txtBytes } from "./dns-bytes.ts";

const SERVICE = "_xiaozhi._tcp.local";

test("a question asks for the pointers of a service", () => {
  const expected = `000000000001000000000000${nameBytes(SERVICE).toString("hex")}000c0001`;
  assert.equal(Buffer.from(dnsQuestion(SERVICE)).toString("hex"), expected);
});

test("pointers, services, texts and addresses are read; other types and classes are passed over", () => {
  const name = nameBytes(SERVICE);
  const instance = nameBytes(`Living Room.${SERVICE}`);
  const message = responseBytes([
    recordBytes(name, "PTR", instance),
    recordBytes(instance, "SRV", srvBytes(8002, nameBytes("Host.local")), { recordClass: 0x8001 }),
    recordBytes(instance, "TXT", txtBytes("v=1", "", "ota=/a b/")),
    recordBytes(nameBytes("host.local"), "AAAA", Buffer.alloc(16)),
    recordBytes(nameBytes("host.local"), "A", Buffer.from([10, 0, 0, 7])),
    recordBytes(nameBytes("host.local"), "A", Buffer.from([10, 0, 0, 8]), { recordClass: 3 }),
  ]);
  assert.deepEqual(readDnsRecords(message), [
    { type: "PTR", name: SERVICE, target: `living room.${SERVICE}` },
    { type: "SRV", name: `living room.${SERVICE}`, port: 8002, target: "host.local" },
    { type: "TXT", name: `living room.${SERVICE}`, texts: ["v=1", "", "ota=/a b/"] },
    { type: "A", name: "host.local", address: "10.0.0.7" },
  ]);
});

test("names that end elsewhere in the message are put together", () => {
  const question = Buffer.concat([nameBytes(SERVICE), Buffer.from([0, 12, 0, 1])]);
  const toService = Buffer.from([0xc0, 12]);
  const instance = Buffer.concat([Buffer.from([4]), Buffer.from("Home"), toService]);
  const message = responseBytes([recordBytes(toService, "PTR", instance)], [question]);
  assert.deepEqual(readDnsRecords(message), [{ type: "PTR", name: SERVICE, target: `home.${SERVICE}` }]);
});

test("bytes that are not ASCII, and dots inside of a label, stay apart from what they look like", () => {
  const label = Buffer.concat([Buffer.from([5]), Buffer.from([0x61, 0x2e, 0xe5, 0x5c, 0x00]), nameBytes("local")]);
  const [record] = readDnsRecords(responseBytes([recordBytes(label, "A", Buffer.from([1, 2, 3, 4]))]));
  assert.equal(record?.name, "a\\46\\229\\92\\0.local");
});

test("questions, loops and torn messages give nothing", () => {
  assert.deepEqual(readDnsRecords(dnsQuestion(SERVICE)), []);
  const loop = responseBytes([recordBytes(Buffer.from([0xc0, 12]), "PTR", Buffer.from([0xc0, 12]))]);
  assert.deepEqual(readDnsRecords(loop), []);
  const whole = responseBytes([recordBytes(nameBytes(SERVICE), "PTR", nameBytes("x"))]);
  for (let length = 0; length < whole.length; length++) assert.deepEqual(readDnsRecords(whole.subarray(0, length)), []);
  assert.equal(readDnsRecords(whole).length, 1);
});

test("any bytes are read without an error and to an end", () => {
  const head = fc.constant(Buffer.from("000084000001000400010001", "hex"));
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 300 }), (start, rest) => {
      assert.ok(readDnsRecords(Uint8Array.from([...start, ...rest])).length <= 64);
    }),
    { numRuns: 2000 },
  );
});
