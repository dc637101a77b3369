import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AirNetwork } from "../../../simulator/device/air.ts";
import { Cable, type CablePacket, credentials, improvBytes, improvCommand, textsOf } from "./cable.ts";
import { createAirWorld, HOME } from "./phone.ts";

const CAFE = { ssid: 'Café "Zum 🦊" \\ <b>家</b>', rssi: -70 };

/** Commands of the protocol. */
const [WIFI, STATE, INFO, NETWORKS, HOSTNAME, NAME, ONLINE] = [1, 2, 3, 4, 5, 6, 7] as const;

/** A packet in short, as `state 2`. */
function brief({ type, data }: CablePacket): string {
  const kind = ["", "state", "error", "command", "result"][type];
  return type === 4
    ? `${kind} ${data[0]} ${JSON.stringify(textsOf({ type, data }, data[0] as number))}`
    : `${kind} ${data[0]}`;
}

async function createCable(air: readonly AirNetwork[] = [HOME, CAFE], saved: readonly AirNetwork[] = []) {
  const world = await createAirWorld(air, saved, { board: "simulator-serial" });
  const cable = new Cable(world.clock, world.device.hardware.serial);
  await world.start(saved.length > 0 ? "idle" : "wifi_configuring");
  await world.clock.advance(3000);
  const ask = async (...args: Parameters<Cable["ask"]>) => (await cable.ask(...args)).map(brief);
  return { ...world, cable, ask };
}

test("a device without a network says that it is ready to be given one, and what it is", async () => {
  const { ask, device } = await createCable();
  const name = `Xiaozhi-${device.mac.split(":").slice(-2).join("").toUpperCase()}`;
  assert.deepEqual(await ask(STATE), ["state 2"]);
  assert.deepEqual(await ask(INFO), [`result 3 ["XiaoZhi XS","0.1.0","simulator","${name}"]`]);
  assert.deepEqual(await ask(HOSTNAME), [`result 5 ["${name}"]`]);
  assert.deepEqual(await ask(NAME), [`result 6 ["${name}"]`]);
  assert.deepEqual(await ask(ONLINE), ['result 7 ["2"]']);
});

test("the networks around are listed, one a packet, with an end", async () => {
  const { ask } = await createCable();
  assert.deepEqual(await ask(NETWORKS), [
    'result 4 ["Home","-48","YES"]',
    `result 4 ${JSON.stringify([CAFE.ssid, "-70", "NO"])}`,
    "result 4 []",
  ]);
});

test("fifty networks come whole over a line that takes 128 bytes at a time", async () => {
  const air = Array.from({ length: 50 }, (_, index) => ({ ssid: `网络 ${index} 🛜`, rssi: -40 - index }));
  const { cable, device } = await createCable(air);
  const packets = await cable.ask(NETWORKS, [], 3000);
  assert.deepEqual(
    packets.slice(0, -1).map((packet) => textsOf(packet, NETWORKS)[0]),
    air.map(({ ssid }) => ssid),
  );
  assert.equal(packets.length, 51);
  assert.equal(device.stats.crashes, 0);
});

for (const [network, key] of [
  [HOME.ssid, HOME.password],
  [CAFE.ssid, ""],
] as const) {
  test(`${network} is joined and kept, and the device goes on with it`, async () => {
    const { ask, clock, device, savedNames, wifi, states } = await createCable();
    assert.deepEqual(await ask(WIFI, credentials(network, key), 1800), [
      "error 0",
      "state 3",
      "state 4",
      "result 1 []",
    ]);
    assert.deepEqual(savedNames(), [network]);
    await clock.run(device.reached("idle"));
    assert.equal(wifi.joined, network);
    assert.equal(wifi.hotspot, undefined);
    assert.deepEqual(states, ["starting", "wifi_configuring", "activating", "idle"]);
    assert.deepEqual(await ask(STATE), ["state 4", "result 2 []"]);
    assert.deepEqual(await ask(ONLINE), ['result 7 ["3"]']);
  });
}

test("a wrong password and a network that is not there: the computer is told, nothing is kept, the page stays", async () => {
  const { ask, savedNames, device, wifi } = await createCable();
  for (const [ssid, ms] of [
    [HOME.ssid, 8000],
    ["Nowhere", 30_000],
  ] as const) {
    const answers = await ask(WIFI, credentials(ssid, "battery staple"), ms);
    assert.deepEqual(answers, ["error 0", "state 3", "error 3", "state 2"]);
  }
  assert.deepEqual(savedNames(), []);
  assert.equal(device.state, "wifi_configuring");
  assert.ok(wifi.hotspot);
});

test("a network that vanishes while it is joined is a failure, and another try succeeds", async () => {
  const { ask, wifi, savedNames } = await createCable();
  wifi.vanish(HOME.ssid);
  assert.equal((await ask(WIFI, credentials(HOME.ssid, HOME.password), 30_000)).at(-1), "state 2");
  wifi.appear(HOME);
  assert.equal((await ask(WIFI, credentials(HOME.ssid, HOME.password), 8000)).at(-1), "result 1 []");
  assert.deepEqual(savedNames(), [HOME.ssid]);
});

test("a device that is in a network is given another one, and keeps both", async () => {
  const { ask, wifi, savedNames, device, clock } = await createCable([HOME, CAFE], [HOME]);
  assert.equal(wifi.joined, HOME.ssid);
  assert.deepEqual((await ask(WIFI, credentials(CAFE.ssid), 3000)).slice(-2), ["state 4", "result 1 []"]);
  assert.deepEqual(savedNames(), [CAFE.ssid, HOME.ssid]);
  assert.equal(wifi.joined, CAFE.ssid);
  assert.equal(device.state, "idle");
  wifi.vanish(CAFE.ssid);
  await clock.advance(60_000);
  assert.equal(wifi.joined, HOME.ssid, "it is watched as if it had joined by itself");
});

test("a device that is in a network stays there when the other one cannot be joined", async () => {
  const { ask, wifi, clock } = await createCable([HOME], [HOME]);
  await ask(WIFI, credentials("Nowhere"), 30_000);
  await clock.advance(20_000);
  assert.equal(wifi.joined, HOME.ssid);
});

test("while a network is tried, a second one is not, and the state is told", async () => {
  const { cable, ask } = await createCable();
  cable.send(improvCommand(WIFI, credentials(HOME.ssid, HOME.password)));
  assert.deepEqual(await ask(WIFI, credentials(CAFE.ssid), 300), ["error 0", "state 3", "state 3"]);
  assert.deepEqual(await ask(STATE, [], 300), ["state 3"]);
});

for (const [what, bytes] of [
  ["a password that is too short", improvCommand(WIFI, credentials("Home", "short"))],
  ["no name", improvCommand(WIFI, credentials(""))],
  ["a name that is longer than it may be", improvCommand(WIFI, credentials("x".repeat(33)))],
  ["a name that is no text", improvCommand(WIFI, [2, 0xff, 0xfe, 0])],
  ["a length that does not fit", improvBytes(3, [WIFI, 9, 4, 72])],
  ["half of the credentials", improvCommand(WIFI, [4, 72, 111])],
  ["a command without a length", improvBytes(3, [WIFI])],
  ["an empty command", improvBytes(3, [])],
  ["a wrong checksum", Buffer.concat([improvCommand(STATE).subarray(0, -2), Buffer.from([1, 10])])],
] as const) {
  test(`${what} is an invalid packet, and the next one is answered`, async () => {
    const { cable, ask, clock, savedNames } = await createCable();
    cable.send(bytes);
    await clock.advance(200);
    assert.deepEqual(cable.take().map(brief), ["error 1"]);
    assert.deepEqual(await ask(STATE), ["state 2"]);
    assert.deepEqual(savedNames(), []);
  });
}

test("an unknown command is refused by its number of the protocol", async () => {
  const { ask } = await createCable();
  assert.deepEqual(await ask(99), ["error 2"]);
  assert.deepEqual(await ask(HOSTNAME, Buffer.from("kitchen")), ["error 2"]);
});

test("half of a packet does not swallow the next one", async () => {
  const { cable, ask, clock } = await createCable();
  cable.send(improvCommand(WIFI, credentials("Home", "correct horse")).subarray(0, 14));
  await clock.advance(600);
  assert.deepEqual(await ask(STATE), ["state 2"]);
});

test("whatever comes over the line, in whatever pieces, the device lives and answers what follows", async () => {
  const { cable, clock, device, savedNames } = await createCable();
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constant(Buffer.from("IMPROV")),
    fc.constant(Buffer.from("IIMPIMPROV\x01\x03\xff", "latin1")),
    fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 20 }))
      .map(([type, data]) => improvBytes(type === 3 ? 9 : type, data)),
    fc.string().map((text) => Buffer.from(`info ${text}\r\n`)),
  );
  for (const pieces of fc.sample(fc.array(noise, { maxLength: 8 }), 60)) {
    const bytes = Buffer.concat(pieces);
    for (let at = 0; at < bytes.length; at += 7) {
      cable.send(bytes.subarray(at, at + 7));
      await clock.advance(1);
    }
    await clock.advance(600);
    cable.take();
    cable.send(improvCommand(STATE));
    await clock.advance(100);
    assert.deepEqual(cable.take().map(brief), ["state 2"]);
  }
  assert.equal(device.stats.crashes, 0);
  assert.deepEqual(savedNames(), []);
});

test("nobody reads at the other end: the device goes on", async () => {
  const { cable, clock, device } = await createCable();
  device.hardware.serial.transmit = () => true;
  for (let round = 0; round < 200; round++) cable.send(improvCommand(NETWORKS));
  await clock.advance(5000);
  assert.equal(device.stats.crashes, 0);
});
