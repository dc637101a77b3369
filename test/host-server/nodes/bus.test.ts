import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AppError } from "../../../host-server/errors.ts";
import { BusNetwork } from "../../../host-server/nodes/memory-bus.ts";
import { readReply, replyOf } from "../../../host-server/nodes/reply.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { busStories } from "./bus-stories.ts";

const clock = new VirtualClock();

busStories("in memory", async () => {
  const network = new BusNetwork(clock);
  return {
    join: async () => network.join(),
    settle: () => clock.advance(1),
    late: () => clock.advance(100),
    close: async () => {},
  };
});

test("a request in flight fails when the connection is lost, and the bus goes on when it is back", async () => {
  const network = new BusNetwork(clock);
  const [asks, answers] = [network.join(), network.join()];
  const changes: boolean[] = [];
  asks.onChange((isUp) => changes.push(isUp));
  answers.answer("slow", () => new Promise(() => {}));
  answers.answer("quick", () => ({ yes: 1 }));
  const asked = asks.request("slow", {}, 1_000);
  asks.isUp = false;
  await assert.rejects(asked, { code: "bus-down" });
  await assert.rejects(asks.request("quick", {}, 1_000), { code: "bus-down" });
  asks.isUp = true;
  assert.deepEqual(await asks.request("quick", {}, 1_000), { yes: 1 });
  assert.deepEqual(changes, [false, true]);
});

test("a reply is what was answered or what was thrown, whatever comes over the wire", async () => {
  const refused = await replyOf(() => Promise.reject(new AppError("device-busy", "it talks")), {});
  assert.throws(() => readReply(refused), { code: "device-busy", message: "it talks" });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (value) => {
      assert.deepEqual(readReply(await replyOf(() => value, {})), value);
      try {
        readReply(value);
      } catch (error) {
        assert.ok(error instanceof AppError);
      }
    }),
    { numRuns: 50 },
  );
});
