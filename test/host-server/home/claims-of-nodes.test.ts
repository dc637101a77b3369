import assert from "node:assert/strict";
import { test } from "node:test";
import { BusClaims, type Deciders } from "../../../host-server/home/bus-claims.ts";
import type { Claim, Verdict } from "../../../host-server/home/claims.ts";
import { HomeClaims } from "../../../host-server/home/home-claims.ts";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

const HOMES = Array.from({ length: 12 }, (_, n) => `203.0.113.${n} ann`);

/** Three nodes that know each other. */
function createNodes(choose: "first" | "loudest" = "first") {
  const clock = new VirtualClock();
  const network = new BusNetwork(clock);
  const all = ["a", "b", "c"].map((name) => ({ id: `${name}-1`, name }));
  const nodes = all.map(({ id }) => {
    const bus = network.join();
    const seen: Deciders & { all: typeof all } = {
      id,
      all: [...all],
      get isUp() {
        return bus.isUp;
      },
    };
    const local = new HomeClaims(clock, () => ({ choose, windowMs: 300 }));
    return { bus, seen, claims: new BusClaims({ bus, nodes: seen, clock, local }) };
  });
  return { clock, nodes };
}

interface Called {
  readonly verdicts: Verdict[];
  readonly claim: Claim;
}

function call(claims: BusClaims, home: string, device: string, loudness?: number): Called {
  const verdicts: Verdict[] = [];
  claims.meet(home, device);
  const onVerdict = (verdict: Verdict) => verdicts.push(verdict);
  return { verdicts, claim: claims.claim(home, { device, loudness, isSure: true, onVerdict }) };
}

test("of devices at different nodes one answers, whichever node decides for their home; other homes do not matter", async () => {
  const { clock, nodes } = createNodes();
  const calls = new Map<string, Called[]>();
  for (const home of HOMES) {
    const ofHome: Called[] = [];
    for (const [index, { claims }] of nodes.entries()) {
      ofHome.push(call(claims, home, `device ${index}`));
      await clock.advance(20);
      if (ofHome.at(-1)?.verdicts.includes("answer")) ofHome.at(-1)?.claim.serve();
    }
    calls.set(home, ofHome);
  }
  await clock.advance(100);
  for (const [home, [first, ...others]] of calls) {
    assert.deepEqual(first?.verdicts, ["answer"], home);
    for (const { verdicts } of others) assert.deepEqual(verdicts, ["silent"], home);
  }
});

test("the loudest is found across nodes", async () => {
  const { clock, nodes } = createNodes("loudest");
  const [home = ""] = HOMES;
  for (const [index, { claims }] of nodes.entries()) claims.meet(home, `device ${index}`);
  await clock.advance(50);
  const calls = nodes.map(({ claims }, index) => call(claims, home, `device ${index}`, [-40, -20, -30][index]));
  await clock.advance(400);
  calls[1]?.claim.serve();
  await clock.advance(50);
  assert.deepEqual(
    calls.map(({ verdicts }) => verdicts),
    [["silent"], ["answer"], ["silent"]],
  );
});

test("whoever hangs at one node is replaced by a device at another; whoever leaves, too", async () => {
  const { clock, nodes } = createNodes();
  const [home = ""] = HOMES;
  const [a, b, c] = nodes.map(({ claims }, index) => call(claims, home, `device ${index}`)) as [Called, Called, Called];
  await clock.advance(800);
  assert.equal([a, b, c].filter(({ verdicts }) => verdicts.at(-1) === "answer").length, 1, "the next");
  const next = [a, b, c].find(({ verdicts }) => verdicts.at(-1) === "answer") as Called;
  next.claim.withdraw();
  await clock.advance(50);
  assert.equal([a, b, c].filter((one) => one !== next && one.verdicts.at(-1) === "answer").length, 1, "the last");
});

test("a node that cannot reach the others decides for its own devices; one that waits for a dead node decides in the end", async () => {
  const { clock, nodes } = createNodes();
  for (const { bus } of nodes) bus.isUp = false;
  for (const { claims } of nodes) assert.deepEqual(call(claims, "home", "device").verdicts, ["answer"]);
  const [first, ...others] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]];
  for (const { bus } of nodes) bus.isUp = true;
  for (const { bus } of others) bus.isUp = false;
  const calls = HOMES.map((home) => call(first.claims, home, "device"));
  await clock.advance(100);
  assert.ok(
    calls.some(({ verdicts }) => verdicts.length === 0),
    "some wait",
  );
  await clock.advance(3_500);
  assert.ok(calls.every(({ verdicts }) => verdicts.length === 1 && verdicts[0] === "answer"));
});
