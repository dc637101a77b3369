import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import { readDeviceKeys } from "../../../host-server/ota/device-keys.ts";
import { DeviceProof } from "../../../host-server/ota/device-proof.ts";
import { OTA_PATH } from "../../../protocol/ota.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { createConsoleWorld } from "../fakes/console.ts";
import { fetchFrom, upgrade } from "../fakes/http.ts";
import { createMqttWorld } from "../fakes/mqtt-world.ts";
import { createWorld } from "../fakes/world.ts";

const MAC = "11:22:33:44:55:66";
const OTHER = "11:22:33:44:55:67";
const SERIAL = "SN-0000000000000000000000000001";
/** As the specification's example: bytes 00 to 1f. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const AUTH = { XIAOZHI_SERVER_AUTH_ENABLED: "true", XIAOZHI_SERVER_AUTH_KEY: "the key of tokens" };

const folder = mkdtempSync(join(tmpdir(), "device-keys-"));
after(() => rmSync(folder, { recursive: true }));

let files = 0;

function keyFile(text: string): string {
  // A name that no key could be taken for.
  const file = join(folder, `keys-${++files}.csv`);
  writeFileSync(file, text);
  return file;
}

type World = Pick<ReturnType<typeof createWorld>, "server">;

async function check({ server }: World, deviceId = MAC, more: Record<string, string> = {}) {
  const headers = { "Device-Id": deviceId, "Client-Id": "c", ...more };
  const { text } = await fetchFrom(server, "http", OTA_PATH, { method: "POST", headers, body: "{}" });
  return JSON.parse(text);
}

/** 101 for a device that may come in; a refused one gets a WebSocket that says why. */
function open({ server }: World, deviceId: string, token: string): Promise<number> {
  return upgrade(server, "/xiaozhi/v1/", {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Device-Id": deviceId,
    "Client-Id": "c",
    Authorization: `Bearer ${token}`,
  });
}

async function isLetIn(world: World & { readonly log: Record<string, unknown>[] }, deviceId: string, token: string) {
  const refusals = () => world.log.filter(({ msg }) => /refused/.test(String(msg))).length;
  const before = refusals();
  await open(world, deviceId, token);
  return refusals() === before;
}

test("a token opens the device that it was given to, until it is taken back; then the next one does", async () => {
  const world = await createConsoleWorld({ env: AUTH });
  const { clock } = world;
  try {
    const ada = await world.claim();
    assert.equal((await ada.ask("POST", "/api/devices", { id: MAC })).status, 201);
    const { token } = (await check(world)).websocket;
    assert.equal(await isLetIn(world, MAC, token), true);
    assert.equal(await isLetIn(world, OTHER, token), false);
    const { status } = await ada.ask("POST", `/api/devices/${MAC}/revoke`);
    assert.equal(status, 200);
    assert.equal(await isLetIn(world, MAC, token), false);
    await clock.advance(1_000);
    assert.equal(await isLetIn(world, MAC, (await check(world)).websocket.token), true);
  } finally {
    await world.close();
  }
});

test("tokens of the key before this one are good until they expire", async () => {
  const old = createWorld({}, AUTH);
  const { token } = (await check(old)).websocket;
  const next = {
    ...AUTH,
    XIAOZHI_SERVER_AUTH_KEY: "another key",
    XIAOZHI_SERVER_AUTH_PREVIOUS_KEY: "the key of tokens",
  };
  const world = createWorld({}, next);
  assert.equal(await isLetIn(world, MAC, token), true);
  assert.equal(await isLetIn(createWorld({}, { ...next, XIAOZHI_SERVER_AUTH_PREVIOUS_KEY: "" }), MAC, token), false);
  await world.clock.advance(2_592_000_000 + 2_000);
  assert.equal(await isLetIn(world, MAC, token), false);
});

test("an MQTT login ends with its time where one is set, and each device has its own", async () => {
  const { section, dial, clock, stop } = createMqttWorld({}, { XIAOZHI_SERVER_AUTH_MQTT_EXPIRE_SECONDS: "600" });
  const login = await section();
  const codeOf = async (given: typeof login) => {
    const device = dial();
    device.login(given);
    await clock.advance(20);
    return device.connack;
  };
  assert.equal(await codeOf(login), 0);
  const stolen = { ...login, client_id: login.client_id.replaceAll("66", "67") };
  assert.equal(await codeOf(stolen), 4);
  const later = { ...login, username: Buffer.from('{"ip": "unknown", "issued": 99999999999}').toString("base64") };
  assert.equal(await codeOf(later), 4);
  await clock.advance(590_000);
  const next = await section();
  assert.equal(await codeOf(login), 0, "the old one is good beside the new one");
  await clock.advance(20_000);
  assert.deepEqual([await codeOf(login), await codeOf(next)], [4, 0]);
  await stop();
});

/** What the firmware sends, by the key in its chip. */
function activation(challenge: string, key: Uint8Array = KEY) {
  const hmac = createHmac("sha256", key).update(challenge).digest("hex");
  return { algorithm: "hmac-sha256", serial_number: SERIAL, challenge, hmac };
}

test("a device that must prove who it is gets no token before it has", async () => {
  const file = keyFile(`# of the first hundred\n${SERIAL},${KEY.toString("hex")}\n`);
  const world = createWorld({}, { ...AUTH, XIAOZHI_SERVER_AUTH_DEVICE_KEYS: file });
  const serial = { "Serial-Number": SERIAL, "Activation-Version": "2" };
  const prove = async (body: object, more: Record<string, string> = serial) => {
    const headers = { "Device-Id": MAC, "Client-Id": "c", ...more };
    const path = `${OTA_PATH}activate`;
    return (await fetchFrom(world.server, "http", path, { method: "POST", headers, body: JSON.stringify(body) }))
      .status;
  };
  const first = await check(world, MAC, serial);
  const { challenge } = first.activation;
  assert.deepEqual([first.websocket, first.mqtt, challenge.length], [undefined, undefined, 48]);
  assert.equal((await check(world, MAC, serial)).activation.challenge, challenge, "it is asked the same again");
  for (const body of [
    {},
    activation("another"),
    activation(challenge, Buffer.alloc(32)),
    { ...activation(challenge), hmac: 7 },
  ]) {
    assert.equal(await prove(body), 401);
  }
  assert.equal(await prove(activation(challenge), { "Serial-Number": "somebody-else" }), 202);
  assert.equal(await prove({ Payload: activation(challenge) }), 200);
  const { token } = (await check(world, MAC, serial)).websocket;
  assert.equal(await isLetIn(world, MAC, token), true);
  for (const other of [{ "Serial-Number": "no-such-number" }, {}] as Record<string, string>[]) {
    assert.equal(
      (await check(world, MAC, other)).websocket,
      undefined,
      "who only knows its address has proven nothing",
    );
  }
  await world.clock.advance(11 * 60_000);
  assert.notEqual((await check(world, MAC, serial)).activation.challenge, challenge, "each proof is for one start");
});

test("a file of keys is read, or its line is named without its key", () => {
  assert.equal(readDeviceKeys(keyFile(`\n# a\n ${SERIAL} , ${KEY.toString("hex").toUpperCase()} \r\n`)).size, 1);
  for (const line of [
    "abc",
    `${SERIAL},${"0".repeat(63)}`,
    `a b c d,${"0".repeat(64)}`,
    `${SERIAL},${"0".repeat(64)},x`,
  ]) {
    assert.throws(
      () => readDeviceKeys(keyFile(`# a\n${line}\n`)),
      (error: Error) => /line 2\)/.test(error.message) && !error.message.includes("000"),
    );
  }
  assert.throws(() => readDeviceKeys(join(folder, "none")), { code: "config-unreadable" });
});

test("no body is a proof but the right one", () => {
  const proof = new DeviceProof(new Map([[SERIAL, KEY]]), () => 0);
  const claimant = { deviceId: MAC, clientId: "c", serialNumber: SERIAL };
  const challenge = proof.challengeFor(claimant) ?? "";
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({ ...Object.fromEntries(Object.keys(activation("")).map((name) => [name, fc.jsonValue()])) }),
    fc.jsonValue().map((hmac) => ({ ...activation(challenge), hmac })),
  );
  fc.assert(fc.property(body, (given) => assert.notEqual(proof.prove(claimant, given), "proven")));
  assert.equal(proof.prove(claimant, activation(challenge)), "proven");
});

test("of several nodes one asks, another takes the proof, and a third gives the tokens", async () => {
  const clock = new VirtualClock();
  const network = new BusNetwork(clock);
  const keys = new Map([[SERIAL, KEY]]);
  const nodes = [1, 2, 3].map(() => new DeviceProof(keys, () => clock.now(), network.join()));
  const [asks, takes, gives] = nodes as [DeviceProof, DeviceProof, DeviceProof];
  const claimant = { deviceId: MAC, clientId: "c", serialNumber: SERIAL };
  const challenge = asks.challengeFor(claimant) ?? "";
  await clock.advance(10);
  assert.equal(gives.challengeFor(claimant), challenge, "whoever is asked gives the same");
  assert.equal(takes.prove(claimant, activation(challenge)), "proven");
  await clock.advance(10);
  for (const node of nodes) assert.equal(node.challengeFor(claimant), undefined);
  assert.notEqual(gives.challengeFor({ ...claimant, clientId: "another" }), undefined);
  await clock.advance(11 * 60_000);
  const next = gives.challengeFor(claimant);
  assert.notEqual(next, undefined);
  await clock.advance(10);
  assert.deepEqual([asks.challengeFor(claimant), takes.challengeFor(claimant)], [next, next]);
});
