import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLog } from "../../../host-server/log.ts";
import { nodeFor } from "../../../host-server/nodes/assignment.ts";
import { Membership } from "../../../host-server/nodes/membership.ts";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import { type NodeInfo, readNodeInfo } from "../../../host-server/nodes/node-info.ts";
import { Presence } from "../../../host-server/nodes/presence.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

const log = createLog({ level: "silent" });
const MAC = "AA:BB:CC:00:00:01";

function infoOf(name: string, more: Partial<NodeInfo> = {}): NodeInfo {
  const reached = { websocket: `ws://${name}/`, mqtt: "", mcp: "", roles: ["ws"] as const };
  return { id: `${name}-1`, name, state: "ready", weight: 1, capacity: 0, devices: 0, version: 0, ...reached, ...more };
}

/** Nodes without servers: what they know of each other's devices. */
function world() {
  const clock = new VirtualClock();
  const network = new BusNetwork(clock);
  const join = (name: string, id = `${name}-1`) => {
    const bus = network.join();
    const self = () => infoOf(name, { id, version: presence.version, devices: presence.local.size });
    const membership = new Membership({ bus, clock, log, self });
    const presence: Presence = new Presence({ bus, membership, clock, log, partDevices: 100 });
    presence.start();
    membership.start();
    const lost: string[] = [];
    /** A device connects; it hears when it has to go. */
    const take = (device: string) => {
      const release = presence.local.hold(device, () => {
        lost.push(device);
        release();
      });
      return release;
    };
    return { bus, membership, presence, take, lost };
  };
  return { clock, join };
}

test("each node knows where a device is, however its id is written, and when it has gone", async () => {
  const { clock, join } = world();
  const [a, b] = [join("a"), join("b")];
  await clock.advance(10);
  const leave = a.take(MAC);
  await clock.advance(10);
  assert.equal(b.presence.nodeOf("aa-bb-cc-00-00-01"), "a-1");
  assert.equal(a.presence.nodeOf(MAC), undefined, "its own are not elsewhere");
  const again = a.take(MAC);
  leave();
  await clock.advance(10);
  assert.equal(b.presence.nodeOf(MAC), "a-1", "one of its connections is still there");
  again();
  await clock.advance(10);
  assert.equal(b.presence.nodeOf(MAC), undefined);
});

test("a node that comes later learns who is where, in parts when there are many", async () => {
  const { clock, join } = world();
  const a = join("a");
  for (let n = 0; n < 250; n++) a.take(`device ${n}`);
  const b = join("b");
  await clock.advance(10);
  assert.equal([...b.presence.others()].length, 250);
});

test("a device that moves is dropped where it was, also when it moves at once, and when it comes back", async () => {
  const { clock, join } = world();
  const [a, b, c] = [join("a"), join("b"), join("c")];
  await clock.advance(10);
  a.take(MAC);
  await clock.advance(100);
  b.take(MAC);
  await clock.advance(100);
  assert.deepEqual([a.lost, b.lost], [[MAC], []]);
  assert.equal(c.presence.nodeOf(MAC), "b-1");
  await clock.advance(60_000);
  a.take(MAC);
  await clock.advance(100);
  assert.deepEqual([a.lost, b.lost], [[MAC], [MAC]]);
  assert.deepEqual([b.presence.nodeOf(MAC), c.presence.nodeOf(MAC)], ["a-1", "a-1"]);
});

test("of two that take a device at the very same time exactly one keeps it", async () => {
  const { clock, join } = world();
  const [a, b] = [join("a"), join("b")];
  await clock.advance(10);
  a.take(MAC);
  b.take(MAC);
  await clock.advance(5_000);
  assert.equal(a.lost.length + b.lost.length, 1);
});

test("devices of a node that is killed are free in seconds, those of one that leaves at once", async () => {
  const { clock, join } = world();
  const [a, b, c] = [join("a"), join("b"), join("c")];
  await clock.advance(10);
  a.take(MAC);
  b.take("other");
  await clock.advance(10);
  b.membership.stop();
  a.bus.isUp = false;
  await clock.advance(10);
  assert.deepEqual([...c.presence.others()], [MAC]);
  await clock.advance(5_000);
  assert.deepEqual([...c.presence.others()], []);
  assert.deepEqual(
    c.membership.all.map(({ name }) => name),
    ["c"],
  );
  await assert.rejects(c.membership.ask("a-1", "devices", {}, 1_000), { code: "node-unknown" });
});

test("who asks a node that dies hears of it when it is found dead, not at the end of its patience", async () => {
  const { clock, join } = world();
  const [a, b] = [join("a"), join("b")];
  b.membership.answer("hang", () => new Promise(() => {}));
  await clock.advance(10);
  const asked = assert.rejects(a.membership.ask("b-1", "hang", {}, 300_000), { code: "node-unknown" });
  b.bus.isUp = false;
  await clock.advance(6_000);
  await asked;
});

test("a node that was started again at once takes the place of its former self", async () => {
  const { clock, join } = world();
  const [a, b] = [join("a"), join("b")];
  await clock.advance(10);
  b.take(MAC);
  await clock.advance(10);
  b.bus.isUp = false;
  join("b", "b-2");
  await clock.advance(100);
  assert.deepEqual([...a.presence.others()], []);
  assert.deepEqual(
    a.membership.all.map(({ id }) => id),
    ["a-1", "b-2"],
  );
});

test("after a partition everything is as it is, and a device that had moved meanwhile is at one node", async () => {
  const { clock, join } = world();
  const [a, b] = [join("a"), join("b")];
  await clock.advance(10);
  a.take(MAC);
  const leave = a.take("left");
  await clock.advance(10);
  a.bus.isUp = false;
  await clock.advance(10_000);
  assert.deepEqual([...b.presence.others()], []);
  b.take(MAC);
  leave();
  a.take("came");
  await clock.advance(10_000);
  a.bus.isUp = true;
  await clock.advance(3_000);
  assert.deepEqual([a.lost, b.lost], [[MAC], []]);
  assert.deepEqual([...b.presence.others()], ["came"]);
  assert.equal(a.presence.nodeOf(MAC), "b-1");
});

test("messages that were lost in between are made up for", async () => {
  const { clock, join } = world();
  const [a, b] = [join("a"), join("b")];
  await clock.advance(10);
  b.bus.isUp = false;
  a.take(MAC);
  await clock.advance(10);
  b.bus.isUp = true;
  await clock.advance(1_100);
  assert.equal(b.presence.nodeOf(MAC), "a-1");
});

test("devices are shared out by weight, the same each time, and only those of a node that goes move", () => {
  const nodes = [infoOf("a"), infoOf("b"), infoOf("c", { weight: 2 })];
  const ids = Array.from({ length: 2_000 }, (_, n) => `02:00:00:00:${n >> 8}:${n & 255}`);
  const at = (list: readonly NodeInfo[]) => ids.map((id) => nodeFor(id, list, "websocket")?.name);
  const before = at(nodes);
  const shares = ["a", "b", "c"].map((name) => before.filter((one) => one === name).length / ids.length);
  for (const [n, expected] of [0.25, 0.25, 0.5].entries()) {
    assert.ok(Math.abs((shares[n] as number) - expected) < 0.05, shares.join());
  }
  const without = at(nodes.map((node) => (node.name === "b" ? { ...node, state: "draining" as const } : node)));
  for (const [n, name] of before.entries()) {
    if (name === "b") assert.notEqual(without[n], "b");
    else assert.equal(without[n], name);
  }
  const full = at(nodes.map((node) => (node.name === "c" ? { ...node, capacity: 5, devices: 5 } : node)));
  assert.ok(!full.includes("c"));
  assert.equal(nodeFor(MAC, [infoOf("a", { capacity: 1, devices: 1 })], "websocket")?.name, "a", "better than none");
  assert.equal(nodeFor(MAC, nodes, "mqtt"), undefined);
});

test("what is no node's message is refused", () => {
  assert.deepEqual(readNodeInfo({ ...infoOf("a") }), infoOf("a"));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (message) => {
      assert.equal(readNodeInfo(message), undefined);
    }),
    { numRuns: 50 },
  );
});
