import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock } from "../../../host-server/clock.ts";
import { createLog } from "../../../host-server/log.ts";
import { NatsBus, type NatsSettings } from "../../../host-server/nodes/nats-bus.ts";
import { busStories } from "../../host-server/nodes/bus-stories.ts";
import { type NatsServer, natsProgram, startNats } from "./nats-server.ts";

const program = natsProgram();
const parts = { clock: systemClock, log: createLog({ level: "silent" }) };
const PLAIN = { name: "test", prefix: "test", token: "", credentials: "", tlsCa: "", tlsCert: "", tlsKey: "" };

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function open(url: string, settings: Partial<NatsSettings> = {}): Promise<NatsBus> {
  const bus = new NatsBus({ ...PLAIN, url, ...settings }, parts);
  await bus.start();
  return bus;
}

/** Resolves when the bus is up, or down. */
function becomes(bus: NatsBus, isUp: boolean): Promise<void> {
  if (bus.isUp === isUp) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = bus.onChange((now) => {
      if (now !== isUp) return;
      cancel();
      resolve();
    });
  });
}

if (!program) test("a bus over NATS", { skip: "nats-server is not installed" }, () => {});
else {
  let nats: NatsServer;
  before(async () => {
    nats = await startNats(program);
  });
  after(() => nats.kill());

  busStories("over NATS", async () => ({
    join: () => open(nats.url),
    settle: () => pause(50),
    late: () => pause(100),
    close: async () => {},
  }));

  test("NATS that is gone fails what is asked and crashes nothing; back, everything goes on", async () => {
    const [asks, answers] = [await open(nats.url), await open(nats.url)];
    answers.answer("slow", () => new Promise(() => {}));
    answers.answer("quick", () => ({ yes: 1 }));
    await pause(50);
    const asked = assert.rejects(asks.request("slow", {}, 60_000), { code: "bus-down" });
    await nats.kill();
    await asked;
    await becomes(answers, false);
    await assert.rejects(asks.request("quick", {}, 60_000), { code: "bus-down" });
    await nats.start();
    await Promise.all([becomes(asks, true), becomes(answers, true)]);
    await pause(50);
    assert.deepEqual(await asks.request("quick", {}, 1_000), { yes: 1 });
    await Promise.all([asks.close(), answers.close()]);
  });

  test("a bus that starts before NATS connects when there is one", async () => {
    const late = await startNats(program);
    await late.kill();
    const bus = await open(late.url);
    assert.equal(bus.isUp, false);
    bus.answer("here", () => ({ yes: 1 }));
    await late.start();
    await becomes(bus, true);
    assert.deepEqual(await bus.request("here", {}, 1_000), { yes: 1 });
    await bus.close();
    await late.kill();
  });

  test("names and passwords of the address are used", async () => {
    const guarded = await startNats(program, ["--user", "node", "--pass", "p@ss"]);
    const stranger = await open(guarded.url);
    assert.equal(stranger.isUp, false);
    const known = await open(guarded.url.replace("//", "//node:p%40ss@"));
    assert.equal(known.isUp, true);
    await Promise.all([stranger.close(), known.close()]);
    await guarded.kill();
  });
}
