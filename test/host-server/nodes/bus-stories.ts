import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../host-server/errors.ts";
import type { Bus } from "../../../host-server/nodes/bus.ts";

/** A bus to be tried: in memory, or over NATS. */
export interface BusUnderTest {
  join(): Promise<Bus>;
  /** Lets messages arrive. */
  settle(): Promise<void>;
  /** Lets 100 ms pass. */
  late(): Promise<void>;
  close(): Promise<void>;
}

/** What every carrier does alike. */
export function busStories(name: string, open: () => Promise<BusUnderTest>): void {
  test(`${name}: who listens hears every message in order, of a group one does`, async () => {
    const { join, settle, close } = await open();
    const [one, two, three] = [await join(), await join(), await join()];
    const heard: string[] = [];
    one.subscribe("news", ({ n }) => heard.push(`one ${n}`));
    two.subscribe("news", ({ n }) => heard.push(`group ${n}`), "g");
    const cancel = three.subscribe("news", ({ n }) => heard.push(`group ${n}`), "g");
    await settle();
    for (let n = 1; n <= 3; n++) one.publish("news", { n });
    await settle();
    assert.deepEqual(
      heard.filter((line) => line.startsWith("one")),
      ["one 1", "one 2", "one 3"],
    );
    assert.equal(heard.filter((line) => line.startsWith("group")).length, 3);
    cancel();
    await settle();
    two.publish("news", { n: 4 });
    await settle();
    assert.equal(heard.filter((line) => line === "group 4").length, 1);
    for (const bus of [one, two, three]) await bus.close();
    await close();
  });

  test(`${name}: a request has an answer, an error with its code, or fails in bounded time`, async () => {
    const { join, settle, late, close } = await open();
    const [asks, answers] = [await join(), await join()];
    answers.answer("sum", async ({ a, b }) => ({ sum: Number(a) + Number(b) }));
    answers.answer("refuse", () => {
      throw new AppError("device-busy", "device-busy: it talks");
    });
    answers.answer("hang", () => new Promise(() => {}));
    await settle();
    assert.deepEqual(await asks.request("sum", { a: 2, b: 3 }, 1_000), { sum: 5 });
    await assert.rejects(asks.request("refuse", {}, 1_000), { code: "device-busy", message: "device-busy: it talks" });
    await assert.rejects(asks.request("nobody", {}, 1_000), { code: "node-unknown" });
    const silent = assert.rejects(asks.request("hang", {}, 50), { code: "node-silent" });
    await late();
    await silent;
    await asks.close();
    await assert.rejects(asks.request("sum", { a: 2, b: 3 }, 1_000), { code: "bus-down" });
    asks.publish("sum", {});
    await answers.close();
    await close();
  });
}
