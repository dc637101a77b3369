import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Deadlines, type Due, NOWHERE } from "../../../host-server/session/deadlines.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

function due(expire: () => void): Due {
  return { dueAt: 0, place: NOWHERE, expire };
}

test("everybody's time comes when it was last set, and not when it was taken away", async () => {
  const step = fc.record({ who: fc.nat(7), ms: fc.nat(50), isSet: fc.boolean(), waits: fc.nat(20) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = new VirtualClock();
      const deadlines = new Deadlines(clock);
      const expired: [number, number][] = [];
      const wanted: [number, number][] = [];
      const pending = new Map<number, number>();
      const all = Array.from({ length: 8 }, (_, who) => due(() => expired.push([who, clock.now()])));
      const wait = async (ms: number) => {
        const end = clock.now() + ms;
        await clock.advance(ms);
        for (const [who, at] of pending) {
          if (at > end) continue;
          wanted.push([who, at]);
          pending.delete(who);
        }
      };
      for (const { who, ms, isSet, waits } of steps) {
        if (isSet) deadlines.set(all[who] as Due, clock.now() + ms);
        else deadlines.delete(all[who] as Due);
        pending.delete(who);
        if (isSet) pending.set(who, clock.now() + ms);
        await wait(waits);
      }
      await wait(60);
      const sorted = (list: [number, number][]) => list.sort(([a, at], [b, bt]) => at - bt || a - b);
      assert.deepEqual(sorted(expired), sorted(wanted));
      assert.equal(deadlines.size, 0);
    }),
    { numRuns: 60 },
  );
});

test("no timer is left when nobody waits", () => {
  let timers = 0;
  const schedule = () => {
    timers++;
    return () => {
      timers--;
    };
  };
  const deadlines = new Deadlines({ now: () => 0, schedule, hold: () => () => {} });
  const [first, second] = [due(() => {}), due(() => {})];
  deadlines.set(first, 10);
  deadlines.set(second, 5);
  assert.equal(timers, 1);
  deadlines.delete(second);
  deadlines.delete(first);
  deadlines.delete(first);
  assert.equal(timers, 0);
});
