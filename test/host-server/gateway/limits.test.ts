import assert from "node:assert/strict";
import { once } from "node:events";
import { Duplex, PassThrough } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import { WebSocket } from "ws";
import { AddressCounts } from "../../../host-server/gateway/address-counts.ts";
import type { DeviceSocket } from "../../../host-server/gateway/device-socket.ts";
import { countedAddress } from "../../../host-server/gateway/identity.ts";
import { Meter } from "../../../host-server/gateway/meter.ts";
import { linkPort, WebSocketLink } from "../../../host-server/gateway/websocket-link.ts";
import { createLog } from "../../../host-server/log.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { silence } from "../fakes/device.ts";
import { openSocket, upgrade } from "../fakes/http.ts";
import { createWorld } from "../fakes/world.ts";

const DEVICE = "11:22:33:44:55:66";
const UPGRADE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

test("a meter lets the rate through, and no more than a burst at once", async () => {
  const clock = new VirtualClock();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 }), async (pauses) => {
      const meter = new Meter(clock, { perSecond: 10, burstSeconds: 2 });
      const from = clock.now();
      let taken = 0;
      for (const pause of pauses) {
        await clock.advance(pause);
        if (meter.take()) taken++;
      }
      assert.ok(taken <= 20 + (clock.now() - from) / 100);
      assert.equal(taken + meter.refused, pauses.length);
    }),
    { numRuns: 20 },
  );
});

test("counts of addresses go back to nothing, and hold the limit", () => {
  const counts = new AddressCounts(2);
  assert.deepEqual([counts.take("a"), counts.take("a"), counts.take("a"), counts.take("b")], [true, true, false, true]);
  counts.release("a");
  assert.equal(counts.take("a"), true);
});

test("who connects from afar cannot choose the address that counts", () => {
  const headers = { "x-forwarded-for": "1.2.3.4" };
  assert.equal(countedAddress(headers, "8.8.8.8"), "8.8.8.8");
  assert.equal(countedAddress(headers, "2001:db8::1"), "2001:db8::1");
  for (const near of ["127.0.0.1", "::1", "::ffff:192.168.1.7", "10.1.2.3", "fd00::7"]) {
    assert.equal(countedAddress(headers, near), "1.2.3.4", near);
  }
});

test("too many connections from one address are refused, and others are not", async () => {
  const { server, clock, log } = createWorld({}, { XIAOZHI_LIMITS_CONNECTIONS_PER_ADDRESS: "2" });
  const headers = (ip: string, id: number) => ({ "x-real-ip": ip, "device-id": `11:22:33:44:55:0${id}` });
  const first = await openSocket(server, "/", headers("10.0.0.1", 1));
  await openSocket(server, "/", headers("10.0.0.1", 2));
  assert.equal(await upgrade(server, "/", { ...UPGRADE, ...headers("10.0.0.1", 3) }), 429);
  assert.equal(await upgrade(server, "/", { ...UPGRADE, ...headers("10.0.0.2", 4) }), 101);
  const line = log.find(({ msg }) => String(msg).includes("limits.connections_per_address"));
  assert.deepEqual([line?.["ip"], line?.["limit"]], ["10.0.0.1", 2]);
  first.socket.close();
  await first.closed;
  await clock.advance(10);
  assert.equal(await upgrade(server, "/", { ...UPGRADE, ...headers("10.0.0.1", 5) }), 101);
});

test("of a flood of messages and sound the excess is dropped, with a line that names device and limit", async () => {
  const { server, clock, log } = createWorld();
  const { socket, texts } = await openSocket(server, "/", { "device-id": DEVICE });
  for (let count = 0; count < 300; count++) socket.send(String(count));
  for (let count = 0; count < 3_000; count++) socket.send(silence);
  await clock.advance(50);
  assert.ok(texts.length >= 100 && texts.length < 110, `${texts.length} came back`);
  for (const key of ["limits.messages_per_second", "limits.packets_per_second"]) {
    const lines = log.filter(({ msg }) => String(msg).includes(key));
    assert.ok(lines.length > 0 && lines.length <= 4, key);
    assert.equal(lines[0]?.["device"], DEVICE);
    assert.equal(typeof lines[0]?.["limit"], "number");
  }
  await clock.advance(5_000);
  assert.equal(socket.readyState, socket.OPEN);
  socket.send('{"type":"hello"}');
  await clock.advance(50);
  assert.equal(JSON.parse(texts.at(-1) ?? "").type, "hello");
});

test("a message that the session fails at is logged with its device; the connection lives", () => {
  const lines: string[] = [];
  const port = linkPort({
    limits: { messagesPerSecond: 10, packetsPerSecond: 10, messageBytes: 1_000, unreadBytes: 1_000 },
    clock: new VirtualClock(),
    log: createLog({ level: "error", output: new PassThrough().on("data", (line) => lines.push(String(line))) }),
  });
  const device = { deviceId: DEVICE, clientId: "", ip: "" };
  const link = new WebSocketLink({} as DeviceSocket, { device, framing: 1, port });
  const heard: string[] = [];
  const onText = (text: string) => {
    if (text === "bad") throw new TypeError("Cannot convert object to primitive value");
    heard.push(text);
  };
  link.attach({ sessionId: "", onText, onAudio: () => {}, onClose: () => {} });
  for (const text of ["one", "bad", "two"]) link.onMessage(Buffer.from(text), false);
  assert.deepEqual(heard, ["one", "two"]);
  assert.equal(lines.length, 1);
  const { device: named, text, error } = JSON.parse(lines[0] ?? "");
  assert.deepEqual([named, text, error.message], [DEVICE, "bad", "Cannot convert object to primitive value"]);
});

test("a message beyond the limit ends the connection with 1009, and is named", async () => {
  const { server, clock, log } = createWorld({}, { XIAOZHI_LIMITS_MESSAGE_BYTES: "2000" });
  const { socket, texts, closed } = await openSocket(server, "/", { "device-id": DEVICE });
  socket.send("x".repeat(2_000));
  await clock.advance(10);
  assert.equal(texts.length, 1);
  socket.send("x".repeat(2_001));
  assert.equal(await closed, 1009);
  const line = log.find(({ msg }) => String(msg).includes("limits.message_bytes"));
  assert.deepEqual([line?.["device"], line?.["limit"]], [DEVICE, 2000]);
  assert.equal(server.sessionCount, 0);
});

test("a device that does not read is cut off before it fills the memory", async () => {
  const { server, clock, log } = createWorld({}, { XIAOZHI_LIMITS_UNREAD_BYTES: "20000" });
  let isDeaf = false;
  const ours: Duplex = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => process.nextTick(() => done(theirs.push(chunk) ? null : undefined)),
  });
  // What is written to a deaf device never leaves.
  const theirs: Duplex = new Duplex({
    read: () => {},
    write: (chunk, _encoding, done) => {
      if (!isDeaf) process.nextTick(() => done(ours.push(chunk) ? null : undefined));
    },
  });
  server.accept("websocket", theirs);
  const socket = new WebSocket("ws://localhost/", {
    headers: { "device-id": DEVICE },
    perMessageDeflate: false,
    createConnection: () => ours as never,
  });
  await once(socket, "open");
  isDeaf = true;
  for (let count = 0; count < 50; count++) socket.send("x".repeat(4_000));
  await clock.advance(100);
  const line = log.find(({ msg }) => String(msg).includes("limits.unread_bytes"));
  assert.deepEqual([line?.["device"], line?.["limit"]], [DEVICE, 20_000]);
  assert.equal(server.sessionCount, 0);
});

test("turns that wait for one device are bounded, and the device is named", async () => {
  const { connect, clock, turns, log } = createWorld({}, { XIAOZHI_LIMITS_TURNS_PER_DEVICE: "3" });
  const device = await connect();
  device.listen("start", "manual");
  for (let count = 0; count < 10; count++) device.detect(`text ${count}`);
  await assert.rejects(device.announce("Dinner is ready."), { code: "device-busy" });
  await clock.advance(60_000);
  assert.deepEqual(
    turns.map(({ heard }) => heard),
    ["text 0", "text 1", "text 2"],
  );
  const lines = log.filter(({ msg }) => String(msg).includes("limits.turns_per_device"));
  assert.equal(lines.length, 8);
  assert.deepEqual([lines[0]?.["device"], lines[0]?.["limit"]], [DEVICE, 3]);
  device.detect("again");
  await clock.advance(5_000);
  assert.equal(device.trace.at(-1), "tts stop");
});
