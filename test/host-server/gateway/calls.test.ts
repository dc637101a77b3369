import assert from "node:assert/strict";
import { test } from "node:test";
import { callsOf } from "../fakes/calls.ts";
import type { FakeMqttDevice } from "../fakes/mqtt.ts";
import { createMqttWorld, MAC } from "../fakes/mqtt-world.ts";
import type { Round } from "../fakes/stages.ts";

const PEER = "aa:aa:aa:aa:aa:aa";
const REQUEST = { caller_mac: MAC, target_mac: PEER, caller_nickname: "Ann" };
const SILENCE = "fb03fffefffefffe";
const SPEECH = Buffer.from([0x58, 1, 2, 3]);

async function createCallWorld() {
  const world = createMqttWorld();
  const { clock } = world;
  const { post, open } = callsOf(world);
  const caller = await open(await world.login(), 40_000);
  const target = await world.login({}, PEER);
  /** The caller rings, the target opens a session and accepts. */
  const connect = async () => {
    await post("request", REQUEST);
    const woken = await open(target, 40_001);
    assert.deepEqual((await post("accept", { mac: PEER })).body, { status: "bridged", peerMac: MAC });
    for (const { audio } of [caller, woken]) audio.send(SPEECH);
    await clock.advance(20);
    return woken;
  };
  return { ...world, post, open, caller, target, connect };
}

test("a call to a device that is away, or of one without a session, is offline", async () => {
  const { post, stop } = await createCallWorld();
  assert.deepEqual((await post("request", { ...REQUEST, target_mac: "02:02:02:02:02:02" })).body, {
    status: "offline",
  });
  assert.deepEqual((await post("request", { caller_mac: PEER, target_mac: MAC })).body, { status: "offline" });
  assert.deepEqual((await post("accept", { mac: PEER })).body, { status: "no_pending" });
  assert.equal((await post("request", { caller_mac: MAC })).status, 400);
  assert.equal((await post("accept", {})).status, 400);
  await stop();
});

test("a pending call: the caller's session ends without a word, each of its frames is answered by silence, the target wakes", async () => {
  const { post, caller, target, server, clock, stop } = await createCallWorld();
  assert.deepEqual((await post("request", REQUEST)).body, { status: "pending" });
  assert.deepEqual([server.sessionCount, caller.device.of("goodbye").length], [0, 0]);
  assert.deepEqual(target.of("mcp").at(-1)?.["payload"], {
    jsonrpc: "2.0",
    id: 9999,
    method: "tools/call",
    params: { name: "self.remote_wakeup", arguments: { reason: "[device_call]Ann", action: "listen" } },
  });
  for (let count = 0; count < 3; count++) caller.audio.send(SPEECH);
  await clock.advance(20);
  assert.deepEqual(
    caller.audio.received.map(({ audio }) => audio.toString("hex")),
    [SILENCE, SILENCE, SILENCE],
  );
  await stop();
});

test("a user calls another device by voice", async () => {
  const contacts = JSON.stringify({ call_device: { contacts: { Kitchen: PEER, Bedroom: MAC } } });
  const rounds = [[{ type: "tool-call", call: { id: "1", name: "call_device", arguments: { nickname: "kitchen" } } }]];
  const { login, clock, server, stop } = createMqttWorld({ rounds: rounds as Round[] }, { XIAOZHI_PLUGINS: contacts });
  const [caller, target] = [await login(), await login({}, PEER)];
  caller.hello();
  await clock.advance(20);
  const [hello] = caller.of("hello");
  caller.send({ session_id: hello?.["session_id"], type: "listen", state: "detect", text: "call the kitchen" });
  await clock.advance(1_000);
  const wake = target.of("mcp").at(-1)?.["payload"] as { params: { arguments: object } };
  assert.deepEqual(wake.params.arguments, { reason: "[device_call]Bedroom", action: "listen" });
  assert.equal(server.sessionCount, 0);
  await stop();
});

test("a pending call ends after 60 s with a goodbye to the caller", async () => {
  const { post, caller, clock, stop } = await createCallWorld();
  await post("request", REQUEST);
  await clock.advance(59_000);
  assert.equal(caller.device.of("goodbye").length, 0);
  await clock.advance(2_000);
  assert.deepEqual(caller.device.of("goodbye"), [{ type: "goodbye", session_id: caller.id }]);
  assert.deepEqual((await post("accept", { mac: PEER })).body, { status: "no_pending" });
  await stop();
});

test("an accepted call: both are told, both sessions end, and each hears the other under its own key and numbers", async () => {
  const { caller, connect, server, clock, stop } = await createCallWorld();
  const woken = await connect();
  assert.deepEqual(caller.device.of("call_accepted"), [{ type: "call_accepted", from: PEER }]);
  assert.deepEqual(woken.device.of("call_accepted"), [{ type: "call_accepted", from: MAC }]);
  const tts = ({ device }: typeof woken) => device.of("tts").map(({ state, session_id }) => [state, session_id]);
  assert.deepEqual(tts(caller), [
    ["stop", caller.id],
    ["start", caller.id],
  ]);
  assert.deepEqual(tts(woken), [["start", woken.id]]);
  assert.equal(server.sessionCount, 0);
  for (let count = 0; count < 3; count++) caller.audio.send(Buffer.from([0x58, count]));
  woken.audio.send(Buffer.from([0x58, 99]));
  await clock.advance(20);
  assert.deepEqual(
    woken.audio.received.slice(-3).map(({ audio }) => audio[1]),
    [0, 1, 2],
  );
  assert.equal(caller.audio.received.at(-1)?.audio[1], 99);
  for (const { audio } of [caller, woken]) {
    const numbers = audio.received.map(({ sequence }) => sequence);
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at + 1),
    );
    assert.equal(new Set(audio.received.map(({ timestamp }) => timestamp)).size, numbers.length);
  }
  await stop();
});

test("who hangs up, leaves, or says hello again ends the call for the other, by a goodbye of that one's session", async () => {
  const endings: ((caller: FakeMqttDevice) => void)[] = [
    (caller) => caller.send({ type: "goodbye" }),
    (caller) => caller.stream.destroy(),
    (caller) => caller.hello(),
  ];
  for (const end of endings) {
    const { caller, connect, server, clock, stop } = await createCallWorld();
    const woken = await connect();
    end(caller.device);
    await clock.advance(20);
    assert.deepEqual(woken.device.of("goodbye"), [{ type: "goodbye", session_id: woken.id }]);
    assert.equal(server.sessionCount, end === endings[2] ? 1 : 0);
    await stop();
  }
});

test("two devices that call each other are joined at once", async () => {
  const { post, open, caller, target, clock, stop } = await createCallWorld();
  await post("request", REQUEST);
  const other = await open(target, 40_001);
  const back = await post("request", { caller_mac: PEER, target_mac: MAC });
  assert.deepEqual(back.body, { status: "bridged", peerMac: MAC });
  for (const { audio } of [caller, other]) audio.send(SPEECH);
  await clock.advance(20);
  caller.audio.send(Buffer.from([0x58, 7]));
  await clock.advance(20);
  assert.equal(other.audio.received.at(-1)?.audio[1], 7);
  await stop();
});
