import assert from "node:assert/strict";
import { test } from "node:test";
import { program, run } from "./program.ts";

test("timers run once or again and again, with the timer as argument and the global object as this", async () => {
  const said = await run(
    `import Timer from "timer";
    import Time from "time";
    export default () => {
      const start = Time.ticks;
      const once = Timer.set(function (timer) { say([timer === once, this === globalThis, Time.ticks - start]); }, 20);
      const often = Timer.set(() => {
        say(Time.ticks - start);
        if (Time.ticks - start >= 70) Timer.clear(often);
      }, 10, 30);
      say("started");
    };`,
  );
  assert.deepEqual(said, ["started", 10, [true, true, 20], 40, 70]);
});

test("clear ignores what is no running timer; schedule refuses it", async () => {
  const said = await run(
    `import Timer from "timer";
    export default () => {
      Timer.clear();
      Timer.clear(undefined);
      Timer.clear(null);
      const timer = Timer.set(() => say("never"), 10);
      Timer.clear(timer);
      Timer.clear(timer);
      say(attempt(() => Timer.schedule(timer, 5)));
      say(attempt(() => Timer.schedule({}, 5)));
    };`,
  );
  assert.deepEqual(said, [
    "SyntaxError: C: xsGetHostData: invalid host data",
    "SyntaxError: C: xsGetHostData: not a host object",
  ]);
});

test("a timer can be unscheduled and scheduled again; a one-shot ends although it schedules itself", async () => {
  const said = await run(
    `import Timer from "timer";
    import Time from "time";
    export default () => {
      const kept = Timer.set(() => say("kept " + Time.ticks), 10);
      Timer.schedule(kept);
      Timer.set(() => Timer.schedule(kept, 5), 50);
      const single = Timer.set(() => { say("single"); Timer.schedule(single, 5); }, 1);
      const turned = Timer.set(() => { say("turned " + Time.ticks); Timer.schedule(turned, 40, 40); }, 20);
      Timer.set(() => Timer.clear(turned), 110);
    };`,
  );
  assert.deepEqual(said, ["single", "turned 20", "kept 55", "turned 60", "turned 100"]);
});

test("repeat does not drift, and a timer set inside a callback waits its turn", async () => {
  const said = await run(
    `import Timer from "timer";
    import Time from "time";
    export default () => {
      let count = 0;
      const timer = Timer.repeat(() => { say(Time.ticks); if (++count === 3) Timer.clear(timer); }, 33);
      Timer.set(() => { Timer.set(() => say("inner")); say("outer"); });
    };`,
  );
  assert.deepEqual(said, ["outer", "inner", 33, 66, 99]);
});

test("an exception in a callback ends the device, which reboots unless told otherwise", async () => {
  const main = `import Timer from "timer";
    export default () => { say("start"); Timer.set(() => { throw new Error("oh no"); }, 10); };`;
  const once = program(main);
  once.device.start();
  await once.clock.advance(2000);
  assert.deepEqual(once.said, ["start"]);
  assert.equal(once.device.stats.crashes, 1);
  assert.equal(once.device.isRunning, false);
  assert.match(once.errors.join("\n"), /oh no/);
  assert.match(once.errors.join("\n"), /main\.ts/);
  const again = program(main, { reboots: true });
  again.device.start();
  await again.clock.advance(1000);
  assert.deepEqual(again.said, ["start", "start"]);
  again.device.close();
  await again.clock.advance(5000);
  assert.equal(again.said.length, 2);
});

test("time starts at the epoch, follows what is set, and ticks never jump", async () => {
  const { clock, device, said } = program(
    `import Time from "time";
    import Timer from "timer";
    export default () => {
      say(Date.now());
      Timer.set(() => { Time.set(1_800_000_000); say(Date.now()); }, 100);
      Timer.set(() => say([Date.now(), Time.ticks, Time.delta(Time.ticks - 5), Time.microseconds]), 250);
      Time.timezone = 3600;
      Time.dst = 1800;
      say([Time.timezone, Time.dst, new Date().getTimezoneOffset(), new Date(0).getHours()]);
    };`,
  );
  device.start();
  await clock.advance(300);
  assert.deepEqual(said, [0, [3600, 1800, -90, 1], 1_800_000_000_000, [1_800_000_000_150, 250, 5, 250_000]]);
  device.restart();
  assert.equal(said[4], 1_800_000_000_200);
  device.close();
});

test("random bytes come from the seed and differ from start to start", async () => {
  const main = `import RNG from "rng";
    export default () => say([...new Uint8Array(RNG.get(6))]);`;
  const [first] = await run(main, 0, { seed: 5 });
  const [same] = await run(main, 0, { seed: 5 });
  const [other] = await run(main, 0, { seed: 6 });
  assert.equal((first as number[]).length, 6);
  assert.deepEqual(first, same);
  assert.notDeepEqual(first, other);
  const restarted = program(main, { seed: 5 });
  restarted.device.start();
  restarted.device.restart();
  assert.notDeepEqual(restarted.said[0], restarted.said[1]);
  restarted.device.close();
});
