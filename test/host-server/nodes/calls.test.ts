import assert from "node:assert/strict";
import { after, test } from "node:test";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { callsOf, type Party } from "../fakes/calls.ts";
import type { FakeMqttDevice } from "../fakes/mqtt.ts";
import { createMqttWorld } from "../fakes/mqtt-world.ts";
import { nodeEnv } from "../fakes/node-env.ts";
import type { Round, Script } from "../fakes/stages.ts";

const ANN = "11:22:33:44:55:66";
const BOB = "aa:aa:aa:aa:aa:aa";
const CALL = { caller_mac: ANN, target_mac: BOB, caller_nickname: "Ann" };
const BACK = { caller_mac: BOB, target_mac: ANN, caller_nickname: "Bob" };
const SILENCE = "fb03fffefffefffe";
const CONTACTS = JSON.stringify({ call_device: { contacts: { Kitchen: BOB, Bedroom: ANN } } });

function envOf(name: string): Record<string, string> {
  return {
    ...nodeEnv(name),
    XIAOZHI_PLUGINS: CONTACTS,
    XIAOZHI_GATEWAY_PORT: "0",
    XIAOZHI_GATEWAY_UDP_PORT: "0",
    XIAOZHI_GATEWAY_API_PORT: "0",
  };
}

const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends) await end();
});

/** Ann's device is in a session at node a, Bob's is at rest at node b; node c has no device. */
async function createNodes(script: Script = {}) {
  const clock = new VirtualClock();
  const network = new BusNetwork(clock);
  const start = async (name: string) => {
    const bus = network.join();
    const world = createMqttWorld(script, envOf(name), { clock, bus });
    await world.server.start();
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) await clock.run(world.server.stop());
      isStopped = true;
    };
    ends.push(stop);
    return { ...world, ...callsOf(world), bus, stop };
  };
  const [a, b, c] = [await start("a"), await start("b"), await start("c")];
  const ann = await a.open(await a.login({}, ANN), 40_000);
  const bob = await b.login({}, BOB);
  await clock.advance(1_000);
  /** Ann calls, Bob's device opens a session and accepts. */
  const connect = async () => {
    assert.deepEqual((await a.post("request", CALL)).body, { status: "pending" });
    const woken = await b.open(bob, 40_001);
    assert.deepEqual((await b.post("accept", { mac: BOB })).body, { status: "bridged", peerMac: ANN });
    return woken;
  };
  /** Sounds that one device hears of the other. */
  const heard = async (from: Party, to: Party) => {
    const before = to.audio.received.length;
    for (const number of [1, 2, 3]) from.audio.send(Buffer.from([0x58, number]));
    await clock.advance(20);
    return to.audio.received.slice(before).map(({ audio }) => audio.toString("hex"));
  };
  const stop = async () => {
    for (const node of [a, b, c]) await node.stop();
  };
  return { clock, a, b, c, ann, bob, connect, heard, stop };
}

const wakeOf = (device: FakeMqttDevice) => {
  const { params } = (device.of("mcp").at(-1)?.["payload"] ?? {}) as { params?: { arguments?: object } };
  return params?.arguments;
};
const SPOKEN = ["5801", "5802", "5803"];

test("a device calls one of another node: it hears silence until that one accepts, then both hear each other", async () => {
  const { a, b, ann, bob, heard, clock, stop } = await createNodes();
  assert.deepEqual((await a.post("request", CALL)).body, { status: "pending" });
  assert.deepEqual(wakeOf(bob), { reason: "[device_call]Ann", action: "listen" });
  assert.equal(a.server.sessionCount, 0);
  assert.deepEqual(await heard(ann, ann), [SILENCE, SILENCE, SILENCE]);
  const woken = await b.open(bob, 40_001);
  woken.audio.send(Buffer.from([0x58, 0]));
  assert.deepEqual((await b.post("accept", { mac: BOB })).body, { status: "bridged", peerMac: ANN });
  assert.deepEqual(ann.device.of("call_accepted"), [{ type: "call_accepted", from: BOB }]);
  assert.deepEqual(bob.of("call_accepted"), [{ type: "call_accepted", from: ANN }]);
  const states = ({ device }: Party) => device.of("tts").map(({ state, session_id }) => [state, session_id]);
  assert.deepEqual(states(ann), [
    ["stop", ann.id],
    ["start", ann.id],
  ]);
  assert.deepEqual(states(woken), [["start", woken.id]]);
  assert.deepEqual([a.server.sessionCount, b.server.sessionCount], [0, 0]);
  ann.audio.send(Buffer.from([0x58, 0]));
  await clock.advance(20);
  assert.deepEqual(await heard(ann, woken), SPOKEN);
  assert.deepEqual(await heard(woken, ann), SPOKEN);
  await stop();
});

test("a user calls by voice, and whoever is called calls back by voice", async () => {
  const call = (nickname: string) => [
    { type: "tool-call", call: { id: "1", name: "call_device", arguments: { nickname } } },
  ];
  const { clock, b, ann, bob, heard, stop } = await createNodes({ rounds: [call("kitchen")] as Round[] });
  const say = async ({ device, id }: Party, text: string) => {
    device.send({ session_id: id, type: "listen", state: "detect", text });
    await clock.advance(1_000);
  };
  await say(ann, "call the kitchen");
  assert.deepEqual(wakeOf(bob), { reason: "[device_call]Bedroom", action: "listen" });
  const woken = await b.open(bob, 40_001);
  b.script.rounds = [call("bedroom")] as Round[];
  await say(woken, "call the bedroom");
  for (const { audio } of [ann, woken]) audio.send(Buffer.from([0x58, 0]));
  await clock.advance(20);
  assert.deepEqual(await heard(ann, woken), SPOKEN);
  await stop();
});

test("any node takes a request and an acceptance, also one that has neither device", async () => {
  const { b, c, ann, bob, heard, stop } = await createNodes();
  assert.deepEqual((await c.post("request", CALL)).body, { status: "pending" });
  const woken = await b.open(bob, 40_001);
  assert.deepEqual((await c.post("accept", { mac: BOB })).body, { status: "bridged", peerMac: ANN });
  woken.audio.send(Buffer.from([0x58, 0]));
  assert.deepEqual((await heard(ann, woken)).slice(-2), SPOKEN.slice(1));
  assert.deepEqual((await c.post("request", { ...CALL, target_mac: "02:02:02:02:02:02" })).body, { status: "offline" });
  assert.deepEqual((await c.post("accept", { mac: "02:02:02:02:02:02" })).body, { status: "no_pending" });
  await stop();
});

test("nobody's conversation ends for a call that cannot be", async () => {
  const { a, b, bob, clock, stop } = await createNodes();
  // At rest: nobody is there who could call.
  assert.deepEqual((await b.post("request", BACK)).body, { status: "offline" });
  bob.stream.destroy();
  await clock.advance(20);
  assert.deepEqual((await a.post("request", CALL)).body, { status: "offline" });
  assert.equal(a.server.sessionCount, 1);
  await stop();
});

test("two devices that call each other are joined, one after the other and at the same moment", async () => {
  for (const order of ["one", "together", "the other way round"]) {
    const { a, b, ann, bob, heard, clock, stop } = await createNodes();
    const other = await b.open(bob, 40_001);
    const ask = [() => a.ask("request", CALL), () => b.ask("request", BACK)];
    if (order === "the other way round") ask.reverse();
    const calls =
      order === "one"
        ? [await a.post("request", CALL), await b.post("request", BACK)]
        : await clock.run(Promise.all(ask.map((one) => one())));
    assert.ok(calls.some(({ body }) => body.status === "bridged"));
    await clock.advance(20);
    for (const { audio } of [ann, other]) audio.send(Buffer.from([0x58, 0]));
    await clock.advance(20);
    assert.deepEqual(await heard(ann, other), SPOKEN);
    assert.deepEqual(await heard(other, ann), SPOKEN);
    // Nothing of either request is left to ring.
    for (const [node, mac] of [
      [a, ANN],
      [b, BOB],
    ] as const) {
      assert.deepEqual((await node.post("accept", { mac })).body, { status: "no_pending" });
    }
    await clock.advance(70_000);
    assert.deepEqual([ann.device.of("goodbye"), bob.of("goodbye")], [[], []]);
    await stop();
  }
});

test("who hangs up or leaves, at either node, ends the call for the other by a goodbye of that one's session", async () => {
  const leave: ((device: FakeMqttDevice) => void)[] = [
    (device) => device.send({ type: "goodbye" }),
    (device) => device.stream.destroy(),
    (device) => device.hello(),
  ];
  for (const [count, end] of [...leave, ...leave].entries()) {
    const { ann, connect, clock, stop } = await createNodes();
    const woken = await connect();
    const [leaver, left] = count < leave.length ? [ann, woken] : [woken, ann];
    end(leaver.device);
    await clock.advance(20);
    assert.deepEqual(left.device.of("goodbye"), [{ type: "goodbye", session_id: left.id }], String(count));
    await stop();
  }
});

test("a device that was called by another node, and comes to the caller's, takes the call there", async () => {
  const { a, b, ann, bob, heard, clock, stop } = await createNodes();
  await a.post("request", CALL);
  bob.stream.destroy();
  const there = await a.open(await a.login({}, BOB), 40_001);
  assert.deepEqual((await a.post("accept", { mac: BOB })).body, { status: "bridged", peerMac: ANN });
  for (const { audio } of [ann, there]) audio.send(Buffer.from([0x58, 0]));
  await clock.advance(20);
  assert.deepEqual(await heard(ann, there), SPOKEN);
  assert.deepEqual((await b.post("accept", { mac: BOB })).body, { status: "no_pending" });
  await stop();
});

test("a call whose node cannot be asked any more is refused, and the conversation of who would take it goes on", async () => {
  const { a, b, ann, bob, clock, stop } = await createNodes();
  await a.post("request", CALL);
  await b.open(bob, 40_001);
  a.bus.isUp = false;
  assert.deepEqual((await b.post("accept", { mac: BOB })).body, { status: "no_pending" });
  await clock.advance(20);
  assert.deepEqual([ann.device.of("goodbye").length, bob.of("goodbye").length, b.server.sessionCount], [1, 0, 1]);
  assert.deepEqual((await b.post("request", BACK)).body, { status: "offline" });
  assert.ok(b.log.some(({ msg }) => msg === "a call with a device of another node failed"));
  await stop();
});

test("a call that nobody takes ends after 60 s, and one whose caller hangs up at once", async () => {
  for (const hangsUp of [false, true]) {
    const { a, b, ann, bob, clock, stop } = await createNodes();
    await a.post("request", CALL);
    await b.open(bob, 40_001);
    if (hangsUp) ann.device.send({ type: "goodbye" });
    else await clock.advance(59_000);
    assert.equal(ann.device.of("goodbye").length, 0);
    await clock.advance(2_000);
    assert.equal(ann.device.of("goodbye").length, hangsUp ? 0 : 1);
    assert.deepEqual((await b.post("accept", { mac: BOB })).body, { status: "no_pending" });
    // Who was called has begun a conversation meanwhile, which goes on.
    if (hangsUp) assert.equal(b.server.sessionCount, 1);
    await stop();
  }
});

test("a call ends for both when a node goes, or when the nodes lose each other", async () => {
  for (const loses of ["a node", "the bus"]) {
    const { b, ann, connect, clock, stop } = await createNodes();
    const woken = await connect();
    b.bus.isUp = false;
    if (loses === "a node") await b.stop();
    await clock.advance(4_000);
    assert.equal(ann.device.of("goodbye").length, 1, loses);
    if (loses === "the bus") assert.equal(woken.device.of("goodbye").length, 1);
    await stop();
  }
});
