import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { firmwareImage, IMAGE_URL, serveImages } from "./firmware-images.ts";
import { createWorld, type WorldOptions } from "./world.ts";

const IMAGE = firmwareImage(40_000);

const OLDER = firmwareImage(40_000, { version: "0.0.1" });

const serving = (image: Buffer) => (response: ServerResponse) =>
  response.writeHead(200, { "content-length": image.length }).end(image);
const whole = serving(IMAGE);
const sha256 = (image: Buffer) => createHash("sha256").update(image).digest("hex");

/** A device whose server offers firmware. */
async function createUpgradeWorld(
  answer: (response: ServerResponse) => void,
  firmware: object,
  options: WorldOptions = {},
) {
  const store = new MemoryStore();
  const world = await createWorld({ store, ...options });
  const requests = await serveImages(world.network, answer);
  const { body } = world.server.ota;
  world.server.ota = { status: 200, body: JSON.stringify({ ...JSON.parse(body), firmware }) };
  return { ...world, store, requests };
}

const NEWER = { version: "9.0.0", url: IMAGE_URL };

test("newer firmware is announced, installed and started", async () => {
  const { clock, device, states, lines, requests } = await createUpgradeWorld(whole, NEWER);
  device.start();
  await clock.run(device.reached("upgrading"));
  await clock.run(device.reached("off"));
  assert.deepEqual(device.hardware.firmwareSlot.installed, new Uint8Array(IMAGE));
  assert.deepEqual(requests, ["GET /xiaozhi.bin"]);
  assert.deepEqual(states.slice(0, 4), ["starting", "activating", "upgrading", "off"]);
  const alerts = lines.filter((line) => line.startsWith("warn alert"));
  assert.match(alerts[0] ?? "", /Upgrade: new version 9\.0\.0/);
  assert.match(alerts.at(-2) ?? "", /Upgrade: 100% \d+KB\/s/);
  assert.match(alerts.at(-1) ?? "", /Upgrade: done, restarting/);
});

test("an offer that was installed and does not run is not installed again and again", async () => {
  const { clock, device, lines, requests } = await createUpgradeWorld(whole, NEWER);
  device.start();
  await clock.run(device.reached("upgrading"));
  await clock.run(device.reached("idle"));
  assert.equal(device.stats.starts, 2);
  assert.equal(requests.length, 1);
  assert.ok(lines.some((line) => line.includes("firmware offered that was installed and does not run")));
});

test("the server may insist on an older version", async () => {
  const { clock, device } = await createUpgradeWorld(serving(OLDER), { version: "0.0.1", url: IMAGE_URL, force: 1 });
  device.start();
  await clock.run(device.reached("upgrading"));
  await clock.run(device.reached("off"));
  assert.ok(device.hardware.firmwareSlot.installed);
});

test("who has switched upgrades off keeps the firmware, whatever the server insists on", async () => {
  for (const firmware of [NEWER, { ...NEWER, force: 1 }]) {
    const { boot, store, states, lines, requests } = await createUpgradeWorld(whole, firmware);
    store.set("ota", "auto", { format: "int32", value: 0 });
    await boot();
    assert.deepEqual(states, ["starting", "activating", "idle"]);
    assert.deepEqual(requests, []);
    assert.ok(lines.includes("info newer firmware not wanted version=9.0.0"));
  }
});

for (const firmware of [
  { version: "0.1.0", url: IMAGE_URL },
  { version: "0.0.9", url: IMAGE_URL, force: 2 },
  { version: "9.0.0", url: "" },
]) {
  test(`nothing is installed for ${JSON.stringify(firmware)}`, async () => {
    const { boot, states, requests } = await createUpgradeWorld(whole, firmware);
    await boot();
    assert.deepEqual(states, ["starting", "activating", "idle"]);
    assert.deepEqual(requests, []);
  });
}

const damaged = Buffer.from(IMAGE);
damaged[1000] = (damaged[1000] as number) ^ 1;

/** What a server may do wrong, and what the user is told. */
const FAILURES: readonly [what: string, answer: (response: ServerResponse) => void, told: RegExp][] = [
  ["has no such file", (response) => response.writeHead(404).end(), /expected status 200, got 404/],
  ["redirects", (response) => response.writeHead(302, { location: "http://images.test/b" }).end(), /got 302/],
  [
    "is cut off in the middle",
    (response) => {
      response.writeHead(200, { "content-length": IMAGE.length });
      response.write(IMAGE.subarray(0, 20_000), () => response.destroy());
    },
    /body was cut off|connection failed/,
  ],
  [
    "gives a page instead of an image",
    (response) => response.writeHead(200, { "content-length": 6000 }).end("<html>".repeat(1000)),
    /this is no firmware image/,
  ],
  [
    "gives an image that is too large",
    (response) => response.writeHead(200, { "content-length": 5_000_000 }).end(Buffer.alloc(5_000_000, 0xe9)),
    /image of 5000000 bytes, and there is room for 4194304/,
  ],
  [
    "gives a damaged image",
    (response) => response.writeHead(200, { "content-length": damaged.length }).end(damaged),
    /end failed/,
  ],
  [
    "does not tell the length",
    (response) => response.writeHead(200, { "transfer-encoding": "chunked" }).end(IMAGE),
    /does not tell the length/,
  ],
  [
    "goes silent",
    (response) => response.writeHead(200, { "content-length": IMAGE.length }).write(IMAGE.subarray(0, 20_000)),
    /nothing came for 30000 ms/,
  ],
];

for (const [what, answer, told] of FAILURES) {
  test(`a server that ${what}: the user is told, the device goes on as it is, and tries at the next start`, async () => {
    const { clock, device, listen, lines, requests } = await createUpgradeWorld(answer, NEWER);
    device.start();
    await clock.run(device.reached("upgrading"));
    await clock.run(device.reached("idle"));
    assert.equal(device.hardware.firmwareSlot.installed, undefined);
    assert.equal(device.stats.starts, 1);
    assert.equal(device.stats.crashes, 0);
    assert.match(lines.find((line) => line.includes("Upgrade failed")) ?? "", told);
    await listen();
    device.restart();
    await clock.run(device.reached("upgrading"));
    await clock.advance(1000);
    assert.equal(requests.length, 2);
  });
}

const REFUSALS: readonly [what: string, image: Buffer, offer: object, told: RegExp][] = [
  [
    "for another board",
    firmwareImage(40_000, { board: "esp-box-3" }),
    NEWER,
    /board "esp-box-3", expected "simulator"/,
  ],
  ["of another project", firmwareImage(40_000, { project: "toaster" }), NEWER, /project "toaster"/],
  ["of another version", OLDER, NEWER, /version "0\.0\.1", expected "9\.0\.0"/],
  ["without a description", firmwareImage(40_000, { isDescribed: false }), NEWER, /does not say for which board/],
  [
    "with another hash",
    IMAGE,
    { ...NEWER, sha256: "0".repeat(64) },
    /has the SHA-256 [0-9a-f]{64}, announced was 0{64}/,
  ],
  ["too short to be one", firmwareImage(100, { isDescribed: false }), NEWER, /too short/],
];

for (const [what, image, offer, told] of REFUSALS) {
  test(`an image ${what} is refused by name, and never started`, async () => {
    const { clock, device, lines } = await createUpgradeWorld(serving(image), offer);
    device.start();
    await clock.run(device.reached("upgrading"));
    await clock.run(device.reached("idle"));
    assert.match(lines.find((line) => line.includes("Upgrade failed")) ?? "", told);
    assert.equal(device.hardware.firmwareSlot.installed, undefined);
    assert.equal(device.stats.starts, 1);
  });
}

test("an image with the announced hash is installed", async () => {
  const { clock, device } = await createUpgradeWorld(whole, { ...NEWER, sha256: sha256(IMAGE).toUpperCase() });
  device.start();
  await clock.run(device.reached("upgrading"));
  await clock.run(device.reached("off"));
  assert.ok(device.hardware.firmwareSlot.installed);
});

test("worn flash memory ends the upgrade, not the device", async () => {
  const { clock, device, lines } = await createUpgradeWorld(whole, NEWER);
  device.hardware.firmwareSlot.failsAfterBytes = 20_000;
  device.start();
  await clock.run(device.reached("upgrading"));
  await clock.run(device.reached("idle"));
  assert.match(lines.find((line) => line.includes("Upgrade failed")) ?? "", /write failed/);
});

async function createToolWorld() {
  const world = await createWorld();
  const requests = await serveImages(world.network, whole);
  const { server, clock, boot, listen } = world;
  await boot();
  await listen();
  const call = async (method: string, params: object) => {
    server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 7, method, params } });
    await clock.advance(50);
    return server.messages.at(-1)?.["payload"];
  };
  await call("tools/list", { withUserTools: true });
  return { ...world, requests, call };
}

test("the user's tool answers, ends the conversation and installs, whatever the version", async () => {
  const { clock, server, device, call } = await createToolWorld();
  const answer = await call("tools/call", { name: "self.upgrade_firmware", arguments: { url: IMAGE_URL } });
  assert.deepEqual((answer as { result: { content: unknown } }).result.content, [{ type: "text", text: "true" }]);
  assert.equal(server.openSockets, 1);
  await clock.run(device.reached("upgrading"));
  assert.equal(server.openSockets, 0);
  await clock.run(device.reached("off"));
  assert.ok(device.hardware.firmwareSlot.installed);
});

test("the user's tool refuses what is no URL of an image, by name", async () => {
  const { call, requests, device, clock } = await createToolWorld();
  for (const url of ["ftp://images.test/a", "nonsense"]) {
    const answer = await call("tools/call", { name: "self.upgrade_firmware", arguments: { url } });
    const { error } = answer as { error: { code: number; message: string } };
    assert.ok(error.message.includes(url), error.message);
  }
  await clock.advance(10_000);
  assert.deepEqual(requests, []);
  assert.equal(device.state, "listening");
});

test("a second upgrade at the same time is refused", async () => {
  const { clock, device, call, requests, lines } = await createToolWorld();
  await call("tools/call", { name: "self.upgrade_firmware", arguments: { url: IMAGE_URL } });
  await call("tools/call", { name: "self.upgrade_firmware", arguments: { url: IMAGE_URL } });
  await clock.run(device.reached("off"));
  assert.equal(requests.length, 1);
  assert.ok(lines.some((line) => line.includes("upgrade refused, one is running")));
});

test("the address of assets is kept until the next start, and used once", async () => {
  const { clock, device, lines, call } = await createToolWorld();
  const { store } = device.hardware;
  const url = "http://images.test/assets.bin";
  await call("tools/call", { name: "self.assets.set_download_url", arguments: { url } });
  assert.equal(store.get("assets", "download_url")?.value, url);
  device.restart();
  await clock.run(device.reached("idle"));
  assert.equal(store.get("assets", "download_url")?.value, "");
  assert.ok(lines.some((line) => line.includes("assets not downloaded") && line.includes(url)));
});
