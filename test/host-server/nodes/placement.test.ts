import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../../host-server/log.ts";
import { BusError } from "../../../host-server/nodes/bus.ts";
import { Membership } from "../../../host-server/nodes/membership.ts";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import type { NodeInfo } from "../../../host-server/nodes/node-info.ts";
import { Placement } from "../../../host-server/nodes/placement.ts";
import { Presence } from "../../../host-server/nodes/presence.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

const log = createLog({ level: "silent" });
const MACS = Array.from({ length: 30 }, (_, n) => `02:00:00:00:00:${String(n).padStart(2, "0")}`);

function infoOf(name: string): NodeInfo {
  const reached = { websocket: `ws://${name}/`, mqtt: "", mcp: "", roles: ["ws"] as const };
  return { id: `${name}-1`, name, state: "ready", weight: 1, capacity: 0, devices: 0, version: 0, ...reached };
}

async function namesOf(placement: Placement, macs: readonly string[]): Promise<(string | undefined)[]> {
  const nodes = await Promise.all(macs.map((mac) => placement.nodeFor(mac, "websocket")));
  return nodes.map((node) => node?.name);
}

/** Nodes that say where devices are to go. */
async function world(names: readonly string[]) {
  const clock = new VirtualClock();
  const network = new BusNetwork(clock);
  const nodes = names.map((name) => {
    const bus = network.join();
    const self = () => ({ ...infoOf(name), devices: presence.local.size, version: presence.version });
    const membership = new Membership({ bus, clock, log, self });
    const placement = new Placement({ clock, membership });
    const onCame = (deviceId: string) => placement.came(deviceId);
    const presence: Presence = new Presence({ bus, membership, clock, log, onCame });
    presence.start();
    membership.start();
    const placesOf = (macs: readonly string[]) => clock.run(namesOf(placement, macs));
    return { bus, membership, presence, placesOf };
  });
  await clock.advance(10);
  return { clock, nodes };
}

test("a device whose node was killed is sent elsewhere at once, and no other device moves", async () => {
  const { nodes, clock } = await world(["a", "b", "c"]);
  const [a, , c] = nodes;
  const before = (await a?.placesOf(MACS)) ?? [];
  for (const [n, mac] of MACS.entries())
    nodes.find(({ membership }) => membership.id === `${before[n]}-1`)?.presence.local.hold(mac, () => {});
  await clock.advance(100);
  if (c) c.bus.isUp = false;
  const after = (await a?.placesOf(MACS)) ?? [];
  assert.ok(before.includes("c"));
  for (const [n, name] of before.entries()) {
    if (name === "c") assert.ok(after[n] === "a" || after[n] === "b", after[n]);
    else assert.equal(after[n], name);
  }
  assert.equal(a?.membership.all.length, 3, "nobody has waited for its silence");
});

test("a device that asks again and came nowhere gets the next best node, and the first again after all", async () => {
  const { nodes, clock } = await world(["a", "b", "c"]);
  const ask = async () => (await nodes[0]?.placesOf(MACS.slice(0, 1)))?.[0];
  const [first, ...others] = [await ask(), await ask(), await ask()];
  assert.deepEqual(new Set([first, ...others]), new Set(["a", "b", "c"]));
  assert.equal(await ask(), first);
  await clock.advance(61_000);
  assert.equal(await ask(), first, "a minute later it may try its own again");
});

test("a device that has come to its node gets the same when it asks again", async () => {
  const { nodes, clock } = await world(["a", "b"]);
  const [a] = nodes;
  for (const mac of MACS) {
    const [first] = (await a?.placesOf([mac])) ?? [];
    const held = nodes.find(({ membership }) => membership.id === `${first}-1`)?.presence.local;
    const leave = held?.hold(mac, () => {});
    await clock.advance(10);
    leave?.();
    assert.deepEqual(await a?.placesOf([mac]), [first]);
  }
});

test("a node that is alone, and one that cannot ask the others, give what they know", async () => {
  const { nodes, clock } = await world(["a", "b"]);
  const [a] = nodes;
  const before = (await a?.placesOf(MACS)) ?? [];
  if (a) a.bus.isUp = false;
  await clock.advance(61_000);
  assert.ok(before.includes("b"));
  assert.deepEqual(new Set((await a?.placesOf(MACS)) ?? []), new Set(["a"]));
});

test("a node that stood still while it asked another takes that one for alive; one that was in time does not", async () => {
  let now = 0;
  const clock = { now: () => now, schedule: () => () => {}, hold: () => () => {} };
  const bus = new BusNetwork(clock).join();
  const membership = new Membership({ bus, clock, log, self: () => infoOf("a") });
  const outcomes: boolean[] = [];
  for (const tookMs of [401, 2_000]) {
    bus.request = async () => {
      now += tookMs;
      throw new BusError("node-silent", "no answer");
    };
    outcomes.push(await membership.answers("b-1"));
  }
  assert.deepEqual(outcomes, [false, true]);
});

test("all devices of a node that hangs wait for one answer, and then go elsewhere", async () => {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const answers = (node: string) => {
    asked.push(node);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    clock.schedule(400, () => resolve(node !== "b-1"));
    return promise;
  };
  const placement = new Placement({ clock, membership: { all: [infoOf("a"), infoOf("b")], answers } });
  assert.deepEqual(new Set(await clock.run(namesOf(placement, MACS))), new Set(["a"]));
  assert.deepEqual(asked.sort(), ["a-1", "b-1"]);
});
