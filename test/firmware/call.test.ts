import assert from "node:assert/strict";
import { test } from "node:test";
import { createMqttWorld } from "./mqtt-world.ts";
import { toneFrames } from "./scripted-server.ts";

const ACCEPTED = { type: "call_accepted", from: "11:22:33:44:55:66" };
const WAKE = {
  type: "mcp",
  payload: {
    jsonrpc: "2.0",
    id: 9999,
    method: "tools/call",
    params: { name: "self.remote_wakeup", arguments: { reason: "[device_call]Ann", action: "listen" } },
  },
};

interface Answer {
  readonly id: number;
  readonly result?: { readonly isError: boolean };
  readonly error?: { readonly code: number; readonly message: string };
}

async function createCallWorld() {
  const world = await createMqttWorld();
  await world.boot();
  /** Calls until the device is in the call. */
  const join = async () => {
    await world.listen();
    world.server.send(ACCEPTED);
    world.server.send({ type: "tts", state: "start", session_id: "s1" });
    await world.clock.run(world.device.reached("speaking"));
    await world.clock.advance(200);
  };
  const answer = () => world.server.messages.find(({ type }) => type === "mcp")?.["payload"] as Answer | undefined;
  return { ...world, join, answer };
}

test("remote_wakeup: a device at rest opens a conversation and tells why, without having shown the tool", async () => {
  const { clock, server, device, answer } = await createCallWorld();
  server.send(WAKE);
  await clock.run(device.reached("listening"));
  await clock.advance(100);
  const told = server.messages.filter(({ type }) => type !== "mcp");
  const words = told.map(({ type, state, text }) => [type, state, text].filter(Boolean).join(" "));
  assert.deepEqual(words, ["hello", "listen detect [device_call]Ann", "listen start"]);
  assert.deepEqual([answer()?.id, answer()?.result?.isError], [9999, false]);
});

test("remote_wakeup: a device that is busy refuses, and goes on with what it does", async () => {
  const { clock, server, device, listen, answer } = await createCallWorld();
  await listen();
  server.send(WAKE);
  await clock.advance(200);
  assert.equal(device.state, "listening");
  assert.equal(answer()?.error?.message, "The device is busy");
});

test("remote_wakeup: what it does with `action` is to listen, and nothing else", async () => {
  const { clock, server, device, answer } = await createCallWorld();
  const params = { name: "self.remote_wakeup", arguments: { reason: "x", action: "reboot" } };
  server.send({ type: "mcp", payload: { ...WAKE.payload, params } });
  await clock.advance(200);
  assert.deepEqual([device.state, answer()?.error?.code], ["idle", -32602]);
});

test("in a call the device hears and is heard at the same time", async () => {
  const { clock, server, device, join } = await createCallWorld();
  await join();
  device.speaker.clear();
  const { length } = server.frames;
  server.speak(toneFrames(600));
  await clock.advance(900);
  assert.equal(device.state, "speaking");
  assert.notEqual(device.speaker.firstAudibleAt, undefined);
  assert.ok(server.frames.length >= length + 13, `${server.frames.length - length} packets in 900 ms`);
});

test("a call that is accepted in the middle of an answer opens the microphone, too", async () => {
  const { clock, server, device, listen } = await createCallWorld();
  await listen();
  server.send({ type: "tts", state: "start", session_id: "s1" });
  await clock.run(device.reached("speaking"));
  await clock.advance(200);
  const { length } = server.frames;
  server.send(ACCEPTED);
  await clock.advance(600);
  assert.ok(server.frames.length >= length + 8);
});

test("click, press and prompt hang up; the wake word does not", async () => {
  for (const act of ["click", "press", "prompt"] as const) {
    const { clock, server, device, join } = await createCallWorld();
    await join();
    device.wake();
    await clock.advance(200);
    assert.equal(device.state, "speaking");
    if (act === "prompt") device.prompt("hang up");
    else device[act]();
    await clock.run(device.reached("idle"));
    await clock.advance(100);
    assert.deepEqual(server.messages.at(-1), { session_id: "s1", type: "goodbye" }, act);
    device.close();
  }
});

test("the other end's goodbye ends the call; the next conversation is an ordinary one", async () => {
  const { clock, server, device, join, listen } = await createCallWorld();
  await join();
  server.send({ type: "goodbye", session_id: "s1" });
  await clock.run(device.reached("idle"));
  await clock.advance(100);
  await listen();
  assert.equal(server.log.at(-1), "listen start auto");
  device.click();
  await clock.run(device.reached("idle"));
});

test("outside of a conversation an accepted call is none", async () => {
  const { clock, server, device } = await createCallWorld();
  server.send(ACCEPTED);
  await clock.advance(200);
  assert.deepEqual([device.state, device.stats.crashes], ["idle", 0]);
});
