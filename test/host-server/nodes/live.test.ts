import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../../host-server/log.ts";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import { Nodes } from "../../../host-server/nodes/nodes.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

const MAC = "aa:bb:cc:00:00:01";
const log = createLog({ level: "silent" });

/** A node whose devices do what the test says. */
function nodeAt(network: BusNetwork, clock: VirtualClock, name: string) {
  const listeners = new Set<(event: JsonObject) => void>();
  let state = "offline";
  const bus = network.join();
  const nodes = new Nodes({
    ...{ bus, clock, log, name },
    self: () => ({ roles: ["ws"], state: "ready", websocket: "", mqtt: "", mcp: "", weight: 1, capacity: 0 }),
    own: {
      tools: () => [],
      callTool: async () => undefined,
      voiceOf: () => undefined,
      reboot: async () => false,
      disconnect: () => {},
    },
    toolMs: () => 1_000,
    watchOwn: (_device, listener) => {
      listeners.add(listener);
      listener({ type: "state", state });
      return () => listeners.delete(listener);
    },
    refreshAgents: async () => {},
  });
  nodes.start();
  const become = (now: string) => {
    state = now;
    for (const listener of [...listeners]) listener({ type: "state", state });
  };
  return { nodes, bus, become, listeners };
}

test("who looks at a device sees what it does at any node, wherever it moves, as long as somebody looks", async () => {
  const clock = new VirtualClock();
  const network = new BusNetwork(clock);
  const [a, b, c] = [nodeAt(network, clock, "a"), nodeAt(network, clock, "b"), nodeAt(network, clock, "c")];
  await clock.advance(10);
  const leave = b.nodes.presence.local.hold(MAC, () => {});
  b.become("listening");
  await clock.advance(10);
  const seen: unknown[] = [];
  const end = a.nodes.live.watch(MAC, ({ state }) => seen.push(state));
  await clock.advance(10);
  assert.deepEqual(seen, ["listening"], "that it is not here says nothing");
  b.become("thinking");
  await clock.advance(60_000);
  // It moves: the node where it was says that it has gone, and is not believed.
  c.nodes.presence.local.hold(MAC, () => {});
  c.become("idle");
  await clock.advance(10);
  leave();
  b.become("offline");
  await clock.advance(10);
  assert.deepEqual([seen.at(-1), seen.includes("offline")], ["idle", false]);
  c.bus.isUp = false;
  await clock.advance(6_000);
  assert.equal(seen.at(-1), "offline", "its node is gone");
  end();
  await clock.advance(30_000);
  assert.deepEqual([a.listeners.size, b.listeners.size], [0, 0]);
  for (const { nodes } of [a, b, c]) nodes.stop();
});
