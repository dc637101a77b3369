import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { createWorld } from "./world.ts";

const WEBSOCKET = { url: "ws://server.test:8000/xiaozhi/v1/" };
const ACTIVATED = JSON.stringify({ websocket: WEBSOCKET });

function unknownDevice(activation: object): string {
  return JSON.stringify({ websocket: WEBSOCKET, activation });
}

const CODE = { code: "123456", message: "server.test\n123456" };

async function started(activation: object, options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options);
  world.server.ota = { status: 200, body: unknownDevice(activation) };
  world.device.start();
  return world;
}

const alerts = (lines: readonly string[]) => lines.filter((line) => line.includes("alert"));

test("a code is shown once, and the device stays in activating until the server knows it", async () => {
  const { clock, server, device, lines } = await started({ ...CODE, challenge: "c" });
  await clock.advance(20_000);
  assert.equal(device.state, "activating");
  assert.deepEqual(alerts(lines), ["warn alert text=Activation: server.test 123456"]);
  assert.deepEqual(server.activations[0]?.body, {});
  server.activationStatus = 200;
  server.ota = { status: 200, body: ACTIVATED };
  await clock.run(device.reached("idle"));
  assert.equal(server.otaRequests.length, 2, "the check is made again, and decides");
});

test("202 is asked again after 3 s, ten times; then the version is checked again", async () => {
  const { clock, server } = await started({ ...CODE, challenge: "c" });
  await clock.advance(28_000);
  assert.equal(server.otaRequests.length, 1);
  await clock.advance(3_000);
  assert.equal(server.otaRequests.length, 2);
  const times = server.activations.slice(0, 10).map(({ at }) => at);
  for (let n = 1; n < times.length; n++) {
    const gap = (times[n] ?? 0) - (times[n - 1] ?? 0);
    assert.ok(gap >= 3000 && gap < 3200, `${gap} ms`);
  }
});

test("another status, and no connection, are asked again after 10 s", async () => {
  const { clock, network, server, lines } = await started({ ...CODE, challenge: "c" });
  server.activationStatus = 500;
  await clock.advance(21_000);
  assert.equal(server.activations.length, 3);
  network.refuse("server.test", 8002);
  await clock.advance(10_000);
  assert.equal(server.activations.length, 3);
  assert.ok(lines.some((line) => line.includes("activation failed")));
});

test("a code without a challenge: nothing is asked, and the version is checked about every 100 s", async () => {
  const { clock, server, lines } = await started(CODE);
  await clock.advance(205_000);
  assert.equal(server.activations.length, 0);
  assert.equal(server.otaRequests.length, 3);
  assert.equal(alerts(lines).length, 1, "the same code is shown once");
});

for (const touch of ["click", "press"] as const) {
  test(`a ${touch} while waiting: the version is checked at once`, async () => {
    const { clock, server, device } = await started(CODE);
    await clock.advance(1000);
    server.ota = { status: 200, body: ACTIVATED };
    device[touch]();
    await clock.advance(500);
    assert.equal(server.otaRequests.length, 2);
    assert.equal(device.state, "idle");
    device.release();
    await clock.advance(500);
    assert.deepEqual(server.messages, []);
  });
}

test("a code that the message lacks is added to it; a new code is shown again", async () => {
  const { clock, server, lines } = await started({ code: "111111", message: "Enter" });
  await clock.advance(1000);
  server.ota = { status: 200, body: unknownDevice({ code: "222222" }) };
  await clock.advance(101_000);
  assert.deepEqual(alerts(lines), ["warn alert text=Activation: Enter 111111", "warn alert text=Activation: 222222"]);
});

test("only a challenge: it is asked without a code", async () => {
  const { clock, server, device, lines } = await started({ challenge: "c" });
  server.activationStatus = 200;
  await clock.advance(50);
  server.ota = { status: 200, body: ACTIVATED };
  await clock.run(device.reached("idle"));
  assert.deepEqual(alerts(lines), []);
});

test("ten failed checks end the activation, too", async () => {
  const { clock, server, device } = await started({ ...CODE, challenge: "c" });
  await clock.advance(200);
  server.ota = { status: 500, body: "" };
  await clock.advance(5_200_000);
  assert.equal(server.otaRequests.length, 11);
  assert.equal(device.state, "idle");
});

test("a server that agrees and then asks again is not asked without a pause", async () => {
  const { clock, server } = await started({ ...CODE, challenge: "c" });
  server.activationStatus = 200;
  await clock.advance(35_000);
  assert.ok(server.otaRequests.length <= 5, `${server.otaRequests.length} checks in 35 s`);
});

test("the activation address is that of the version check, with one slash between", async () => {
  const store = new MemoryStore();
  store.set("wifi", "ota_url", { format: "string", value: "http://server.test:8002/ota" });
  const { clock, server } = await started({ challenge: "c" }, { store });
  await clock.advance(1000);
  assert.equal(server.activations.length, 1);
});
