import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { createWorld } from "./world.ts";

const SERIAL = "XZ-0123456789-ABCDEFGHIJKLMNOPQR";
const KEY = Array.from({ length: 32 }, (_, byte) => byte.toString(16).padStart(2, "0")).join("");
/** Made with openssl: the bytes 00 to 1f as key, "challenge-123" as text. */
const HMAC = "ae29bbb94f8c4cc5c1bbb794361145289d2192e08ee97a3fcaf3d2b60c4f0d29";

function storeWith(factory: { serial?: string; hmac_key?: string }): MemoryStore {
  const store = new MemoryStore();
  for (const [key, value] of Object.entries(factory)) store.set("factory", key, { format: "string", value });
  return store;
}

async function challenged(factory: { serial?: string; hmac_key?: string }, challenge = "challenge-123") {
  const world = await createWorld({ store: storeWith(factory) });
  world.server.ota = { status: 200, body: JSON.stringify({ activation: { challenge } }) };
  world.device.start();
  await world.clock.advance(1000);
  return world;
}

test("a device with a serial number says so in each request, and signs the challenge", async () => {
  const { server } = await challenged({ serial: SERIAL, hmac_key: KEY });
  const headers = server.otaRequests[0]?.headers;
  assert.equal(headers?.["activation-version"], "2");
  assert.equal(headers?.["serial-number"], SERIAL);
  const { body, headers: second } = server.activations[0] ?? {};
  assert.equal(second?.["serial-number"], SERIAL);
  assert.equal(
    JSON.stringify(body),
    `{"algorithm":"hmac-sha256","serial_number":"${SERIAL}","challenge":"challenge-123","hmac":"${HMAC}"}`,
  );
});

test("the challenge is signed as UTF-8", async () => {
  const { server } = await challenged({ serial: SERIAL, hmac_key: KEY }, 'é 挑战 "quoted"');
  const { body } = server.activations[0] ?? {};
  assert.equal(body?.["challenge"], 'é 挑战 "quoted"');
  // echo -n 'é 挑战 "quoted"' | openssl dgst -sha256 -mac hmac -macopt hexkey:0001…1f
  assert.equal(body?.["hmac"], "e99b6bcc7c50883b0c89fd63b892cf07442156cf2833d468bb5c0883298de217");
});

const chipBoard = (sign: string) => ({
  specifier: "board",
  path: "chip-board.ts",
  source: `export default Object.freeze({
    name: "chip", chip: "simulator",
    signingChip: Object.freeze({ serialNumber: () => "${SERIAL}", sign: (challenge) => ${sign} }),
  });`,
});

test("a board's own chip comes before the settings", async () => {
  const { server, device, clock } = await createWorld({
    modules: [chipBoard(`"signed:" + challenge`)],
    store: storeWith({ serial: SERIAL.toLowerCase(), hmac_key: KEY }),
  });
  server.ota = { status: 200, body: JSON.stringify({ activation: { challenge: "c" } }) };
  device.start();
  await clock.advance(1000);
  assert.equal(server.activations[0]?.body["serial_number"], SERIAL);
  assert.equal(server.activations[0]?.body["hmac"], "signed:c");
});

test("a chip that fails fails the attempt, which is made again after 10 s", async () => {
  const { server, device, clock, lines } = await createWorld({
    modules: [chipBoard(`{ throw new Error("no key in the chip " + challenge.length) }`)],
  });
  server.ota = { status: 200, body: JSON.stringify({ activation: { challenge: "c" } }) };
  device.start();
  await clock.advance(11_000);
  assert.deepEqual(server.activations, []);
  const failures = lines.filter((line) => line === "warn activation failed reason=no key in the chip 1");
  assert.equal(failures.length, 2);
  assert.equal(device.stats.crashes, 0);
});

test("without a serial number nothing is signed", async () => {
  const { server, lines } = await challenged({ hmac_key: KEY });
  assert.equal(server.otaRequests[0]?.headers["activation-version"], "1");
  assert.equal(server.otaRequests[0]?.headers["serial-number"], undefined);
  assert.deepEqual(server.activations[0]?.body, {});
  assert.ok(!lines.some((line) => line.includes("serial number")));
});

for (const [what, factory, warning] of [
  [
    "of a wrong length",
    { serial: "SN-1", hmac_key: KEY },
    "warn serial number ignored expected=32 printable characters characters=4",
  ],
  [
    "with a character that is none of a header",
    { serial: `${SERIAL.slice(0, 30)}\r\n`, hmac_key: KEY },
    "warn serial number ignored expected=32 printable characters characters=32",
  ],
  [
    "whose key is too short",
    { serial: SERIAL, hmac_key: "00ff" },
    "warn serial number ignored: its key is not one expectedDigits=64 digits=4",
  ],
] as const) {
  test(`a serial number ${what} is ignored with a line in the log`, async () => {
    const { server, lines } = await challenged(factory);
    assert.equal(server.otaRequests[0]?.headers["activation-version"], "1");
    assert.deepEqual(server.activations[0]?.body, {});
    assert.ok(lines.includes(warning), lines.join("\n"));
  });
}

test("serial number and key are in no log line and in no tool's answer", async () => {
  const { boot, listen, clock, server, lines } = await createWorld({
    store: storeWith({ serial: SERIAL, hmac_key: KEY }),
  });
  await boot();
  await listen();
  let id = 0;
  for (const [method, params] of [
    ["tools/list", { withUserTools: true }],
    ["tools/call", { name: "self.get_system_info", arguments: {} }],
    ["tools/call", { name: "self.get_device_status", arguments: {} }],
  ] as const) {
    id++;
    server.send({ type: "mcp", payload: { jsonrpc: "2.0", id, method, params } });
    await clock.advance(100);
  }
  const said = JSON.stringify(server.messages) + lines.join("\n");
  assert.ok(said.includes("mac_address"), "the tool has answered");
  assert.ok(!said.includes(SERIAL) && !said.includes(KEY));
});
