import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { AudioPort } from "../../../host-server/gateway/mqtt/audio-port.ts";
import { PacketTimes } from "../../../host-server/gateway/packet-times.ts";
import { udpHeader } from "../../../protocol/udp-packet.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

test("a time that is new is taken as it is; one that a packet before it has is moved on", () => {
  const times = new PacketTimes();
  assert.deepEqual(
    [1234, 1294, 1294, 0, 0, 1, 0xffff_fffe, 0x1_0000_0000 + 7].map((ms) => times.take(ms)),
    [1234, 1294, 1295, 1, 2, 3, 0xffff_fffe, 7],
  );
});

test("whatever a server sends as times, no block of key stream is used twice in 200 packets", () => {
  const clock = new VirtualClock();
  const lengths = fc.constantFrom(3, 40, 120, 1275);
  const given = fc.constantFrom(undefined, 0, 1, 60, 1294, 0xffff_ffff);
  fc.assert(
    fc.property(fc.array(fc.tuple(given, lengths), { minLength: 2, maxLength: 200 }), (packets) => {
      const { path } = new AudioPort(clock).open({ onAudio: () => {}, onActivity: () => {} });
      const headers: Buffer[] = [];
      const origin = { address: "10.0.0.9", port: 1, send: (bytes: Uint8Array) => headers.push(Buffer.from(bytes)) };
      const hello = udpHeader(path.nonce, { payloadBytes: 1, timestamp: 0, sequence: 1 });
      const payload = createCipheriv("aes-128-ctr", path.key, hello).update(Buffer.of(0x58));
      path.receive({ header: hello, payload, timestamp: 0, sequence: 1 }, origin);
      for (const [timestamp, bytes] of packets) path.send(new Uint8Array(bytes), timestamp);
      const blocks = headers.flatMap((datagram) => {
        const counter = BigInt(`0x${datagram.toString("hex", 0, 16)}`);
        const count = Math.ceil((datagram.length - 16) / 16);
        return Array.from({ length: count }, (_, block) => counter + BigInt(block));
      });
      assert.equal(headers.length, packets.length);
      assert.equal(new Set(blocks).size, blocks.length);
    }),
    { numRuns: 60 },
  );
});
