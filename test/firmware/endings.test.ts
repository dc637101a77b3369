import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../simulator/device/settings-store.ts";
import { toneFrames } from "./scripted-server.ts";
import { createWorld } from "./world.ts";

const START = { type: "tts", state: "start", session_id: "s1" };
const STOP = { type: "tts", state: "stop", session_id: "s1" };
const alerts = (lines: readonly string[]) => lines.filter((line) => line.includes("alert"));

for (const state of ["connecting", "listening", "speaking"]) {
  test(`network lost while ${state}: the channel closes, the device is idle, and there is no error on top`, async () => {
    const { clock, server, device, lines, boot, listen } = await createWorld();
    await boot();
    if (state === "connecting") {
      server.hello = undefined;
      device.click();
    } else await listen();
    if (state === "speaking") server.send(START);
    await clock.run(device.reached(state));
    delete device.hardware.status.IP;
    await clock.run(device.reached("idle"));
    await clock.advance(15_000);
    assert.equal(server.openSockets, 0);
    assert.equal(lines.filter((line) => line.includes("network lost")).length, 1);
    assert.deepEqual(alerts(lines), []);
    device.hardware.status.IP = "10.0.0.3";
    server.hello = { type: "hello", transport: "websocket", session_id: "s2" };
    device.click();
    await clock.run(device.reached("listening"));
  });
}

test("an interface without an address is no network", async () => {
  const { clock, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  device.hardware.status.IP = "0.0.0.0";
  await clock.run(device.reached("idle"));
});

test("an alert of the server is shown once, with its status", async () => {
  const { clock, server, lines, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send({ type: "alert", status: "Battery", message: "Low", emotion: "sad" });
  await clock.advance(100);
  assert.equal(alerts(lines).length, 1);
  assert.match(alerts(lines)[0] ?? "", /Battery: Low/);
});

test("an alert that lacks a member is refused by name", async () => {
  const { clock, server, lines, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send({ type: "alert", status: "Battery", message: "Low" });
  await clock.advance(100);
  assert.deepEqual(alerts(lines).length, 1);
  assert.match(alerts(lines)[0] ?? "", /message refused.*alert\.emotion/);
});

test("system reboot: the connection ends, and a second later the device starts anew", async () => {
  const { clock, server, device, states, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send({ type: "system", command: "reboot" });
  await clock.run(device.reached("idle"));
  await clock.advance(500);
  assert.equal(server.openSockets, 0);
  assert.equal(device.stats.starts, 1);
  await clock.advance(600);
  assert.equal(device.stats.starts, 2);
  await clock.run(device.reached("idle"));
  assert.deepEqual(states.slice(-4), ["off", "starting", "activating", "idle"]);
  assert.equal(device.stats.crashes, 0);
});

test("other system commands are named in the log and do nothing", async () => {
  const { clock, server, device, lines, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send({ type: "system", command: "dance" });
  await clock.advance(2000);
  assert.ok(lines.some((line) => line.includes("system command ignored command=dance")));
  assert.equal(device.state, "listening");
});

function withFollowUp(seconds: number) {
  const store = new MemoryStore();
  store.set("session", "follow_up", { format: "int32", value: seconds });
  return createWorld({ store });
}

test("follow-up window, off by default: after the answer the device listens until the server ends it", async () => {
  const { clock, server, device, boot, listen } = await createWorld();
  await boot();
  await listen();
  server.send(START);
  await clock.run(device.reached("speaking"));
  server.send(STOP);
  await clock.run(device.reached("listening"));
  await clock.advance(60_000);
  assert.equal(device.state, "listening");
});

test("follow-up window: who is silent after the answer is let go; the first question has no limit", async () => {
  const { clock, server, device, boot, listen } = await withFollowUp(5);
  await boot();
  await listen();
  await clock.advance(20_000);
  assert.equal(device.state, "listening");
  server.send(START);
  server.speak(toneFrames(600));
  await clock.run(device.reached("speaking"));
  await clock.advance(1000);
  server.send(STOP);
  await clock.run(device.reached("listening"));
  const from = clock.now();
  await clock.run(device.reached("idle"));
  assert.ok(clock.now() - from >= 5000 && clock.now() - from < 7000, `${clock.now() - from} ms`);
  await clock.advance(100);
  assert.equal(server.openSockets, 0);
});

test("follow-up window: it lasts while somebody speaks", async () => {
  const { clock, server, device, boot, listen } = await withFollowUp(2);
  await boot();
  await listen();
  server.send(START);
  await clock.run(device.reached("speaking"));
  server.send(STOP);
  await clock.run(device.reached("listening"));
  const tone = Int16Array.from({ length: 16_000 * 6 }, (_, i) => 8000 * Math.sin(i / (5 + (i % 7))));
  const said = device.microphone.say(tone, 16_000);
  await clock.advance(5500);
  assert.equal(device.state, "listening");
  await clock.run(said);
  await clock.run(device.reached("idle"));
});

test("follow-up window: after a held question the next one needs no button", async () => {
  const { clock, server, device, boot } = await withFollowUp(5);
  await boot();
  device.press();
  await clock.run(device.reached("listening"));
  device.release();
  await clock.run(device.reached("idle"));
  server.send(START);
  await clock.run(device.reached("speaking"));
  server.send(STOP);
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  assert.equal(server.log.at(-1), "listen start auto");
  await clock.run(device.reached("idle"));
});
