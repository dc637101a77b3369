import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ConsoleVisitor } from "../../../bench/nodes/console-visitor.ts";
import { FleetDevice } from "../../../bench/nodes/fleet-device.ts";
import { NodeProcess } from "../../../bench/nodes/node-process.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { openStorage, type Storage } from "../../../host-server/storage/storage.ts";
import { silentLog } from "../../host-server/fakes/log.ts";
import { words } from "../faults/talk.ts";
import { Way, wayToPostgres } from "../faults/way.ts";
import { type PostgresServer, postgresPrograms, startPostgres } from "../postgres-server.ts";
import { type NatsServer, natsProgram, startNats } from "./nats-server.ts";

const postgres = postgresPrograms();
const nats = natsProgram();
const missing = [...(postgres ? [] : ["PostgreSQL"]), ...(nats ? [] : ["nats-server"])].join(" and ");
const COUNT = 6;
const LIMIT_MS = 90_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks until something is so. */
async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `${what}: not within ${LIMIT_MS} ms`);
    await pause(100);
  }
}

describe("two nodes, one of which can be cut off from NATS and from PostgreSQL", {
  skip: missing === "" ? false : `${missing} not installed`,
  timeout: 400_000,
}, () => {
  let database: PostgresServer;
  let bus: NatsServer;
  let storage: Storage;
  let toNats: Way;
  let toPostgres: Way;
  const nodes: NodeProcess[] = [];
  const devices: FleetDevice[] = [];
  const ada = new ConsoleVisitor();
  /** Everything that was said and answered. */
  const said: string[] = [];

  before(async () => {
    database = startPostgres(postgres as string);
    bus = await startNats(nats as string);
    const url = database.newDatabase();
    toNats = await Way.to({ port: Number(new URL(bus.url).port) });
    const cut = await wayToPostgres(url);
    toPostgres = cut.way;
    nodes.push(await NodeProcess.start("a", { database: url, nats: bus.url }));
    nodes.push(await NodeProcess.start("b", { database: cut.url, nats: `nats://127.0.0.1:${toNats.port}` }));
    storage = await openStorage({ url, file: "", clock: systemClock, log: silentLog });
    await ada.claim(door(0));
    await until("both are one", async () => (await nodesSeenBy(0)) === 2);
    for (let n = 0; n < COUNT; n++) devices.push(new FleetDevice(`02:00:00:00:00:0${n}`, [door(0), door(1)]));
    for (const device of devices) await device.connect();
    assert.ok(at(0).length > 0 && at(1).length > 0, "each node has devices");
  });
  after(async () => {
    for (const device of devices) device.close();
    await storage?.close();
    await Promise.all(nodes.map((node) => node.end("SIGKILL")));
    for (const way of [toNats, toPostgres]) way?.close();
    await bus?.kill();
    database?.stop();
  });

  const door = (n: number) => nodes[n]?.http as string;
  const at = (n: number) => devices.filter(({ server }) => server.endsWith(`:${nodes[n]?.websocketPort}`));
  const nodesSeenBy = async (n: number) => (await ada.ask(door(n), "/api/server")).nodes.length as number;
  const onlineAt = async (n: number) => {
    const { rows } = await ada.ask(door(n), "/api/devices");
    return (rows as { isOnline: boolean }[]).filter(({ isOnline }) => isOnline).length;
  };
  const ready = async (n: number) => {
    const response = await fetch(`${door(n)}/readyz`);
    const { nats: atNats } = (await response.json()) as { nats: string };
    return { status: response.status, nats: atNats };
  };

  /** Every device has a whole turn: it is answered with sound, to the end, over the connection that it has. */
  async function allTalk(when: string): Promise<void> {
    const turns = devices.map(async (device, n) => {
      const text = `What time is it ${when} at number ${n}?`;
      const losses = device.losses;
      const frames = device.framesAt.length;
      await device.converse(text);
      assert.equal(device.losses, losses, `${device.id} has lost its connection ${when}`);
      assert.ok(device.framesAt.length > frames, `${device.id} has heard nothing ${when}`);
      said.push(text);
    });
    await Promise.all(turns);
  }

  /** All that was said is written, and once. */
  async function allIsKept(): Promise<void> {
    const found = async () => (await words(storage).catch(() => [])).toSorted();
    await until("everything is in the history", async () => (await found()).length >= said.length);
    await pause(1_000);
    assert.deepEqual(await found(), said.toSorted());
  }

  test("NATS is killed and comes back while turns run: nobody notices", async () => {
    const talking = allTalk("while NATS dies");
    await pause(300);
    await bus.kill();
    await talking;
    await allTalk("without NATS");
    assert.deepEqual([(await ready(0)).nats, (await ready(1)).nats], ["unreachable", "unreachable"]);
    const returning = allTalk("while NATS returns");
    await bus.start();
    await returning;
    await until("both are one again", async () => (await onlineAt(0)) === COUNT && (await onlineAt(1)) === COUNT);
    await allIsKept();
  });

  test("a node is cut off from NATS alone: its devices talk on; one that moves meanwhile is at one node afterwards", async () => {
    const [moved] = at(1) as [FleetDevice];
    const before = at(1).length;
    toNats.stall();
    await allTalk("without a word to the others");
    await until("it is silent", async () => (await nodesSeenBy(0)) === 1);
    const twin = new FleetDevice(moved.id, [door(0)]);
    await twin.connect();
    assert.ok(twin.server.endsWith(`:${nodes[0]?.websocketPort}`), "no device is sent to a node that cannot be seen");
    assert.equal(at(1).length, before);
    await until("it knows that it is alone", async () => (await ready(1)).nats === "unreachable");
    toNats.mend();
    await until("both are one again", async () => (await nodesSeenBy(0)) === 2 && (await nodesSeenBy(1)) === 2);
    await until("the first has let go", () => moved.losses === 1);
    twin.close();
    await moved.connect();
    await until("every device is there", async () => (await onlineAt(0)) === COUNT && (await onlineAt(1)) === COUNT);
    await allTalk("afterwards");
    await allIsKept();
  });

  test("PostgreSQL is killed and comes back: nobody notices, and all is written", async () => {
    const talking = allTalk("while PostgreSQL dies");
    await pause(300);
    database.kill();
    await talking;
    await allTalk("without PostgreSQL");
    await until("both say so", async () => (await ready(0)).status === 503 && (await ready(1)).status === 503);
    const stranger = new FleetDevice("02:00:00:00:00:77", [door(0), door(1)]);
    await stranger.connect();
    await stranger.converse("What time is it for a stranger?");
    said.push("What time is it for a stranger?");
    stranger.close();
    database.start();
    await until("both are ready", async () => (await ready(0)).status === 200 && (await ready(1)).status === 200);
    await allIsKept();
  });

  test("a node is cut off from PostgreSQL alone: its devices talk on, and all is written when the way is back", async () => {
    toPostgres.stall();
    await allTalk("without a database at one node");
    await until("that one says so", async () => (await ready(1)).status === 503);
    assert.equal((await ready(0)).status, 200);
    await allTalk("some time later");
    toPostgres.mend();
    await until("it is ready", async () => (await ready(1)).status === 200);
    await allTalk("afterwards, with a database");
    await allIsKept();
  });
});
