import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ConsoleVisitor } from "../../../bench/nodes/console-visitor.ts";
import { FleetDevice } from "../../../bench/nodes/fleet-device.ts";
import { NodeProcess } from "../../../bench/nodes/node-process.ts";
import { postgresPrograms, startPostgres } from "../postgres-server.ts";
import { natsProgram, startNats } from "./nats-server.ts";

const postgres = postgresPrograms();
const nats = natsProgram();
const COUNT = 9;
const QUESTION = "What time is it?";

/** Looks until something is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
}

const missing = [...(postgres ? [] : ["PostgreSQL"]), ...(nats ? [] : ["nats-server"])].join(" and ");

test("three nodes are one server: kill -9 of one, NATS gone and back, a restart that lets turns end", {
  skip: missing === "" ? false : `${missing} not installed`,
  timeout: 240_000,
}, async (t) => {
  const database = startPostgres(postgres as string);
  const bus = await startNats(nats as string);
  const shared = { database: database.newDatabase(), nats: bus.url };
  const nodes: NodeProcess[] = [];
  const devices: FleetDevice[] = [];
  after(async () => {
    for (const device of devices) device.close();
    await Promise.all(nodes.map((node) => node.end("SIGKILL")));
    await bus.kill();
    database.stop();
  });
  // All at once: they bring the empty database up to date together.
  nodes.push(...(await Promise.all(["a", "b", "c"].map((name) => NodeProcess.start(name, shared)))));
  const doors = nodes.map(({ http }) => http);
  const ada = new ConsoleVisitor();
  await ada.claim(doors[0] as string);
  const online = async (door: string) => {
    const { rows } = await ada.ask(door, "/api/devices");
    return (rows as { id: string; isOnline: boolean }[]).filter(({ isOnline }) => isOnline).map(({ id }) => id);
  };
  const portOf = (node: NodeProcess) => `127.0.0.1:${node.websocketPort}`;

  await t.test("devices are shared out, and every node's console sees all of them and reaches each", async () => {
    await until(async () => (await ada.ask(doors[0] as string, "/api/server")).nodes.length === 3);
    for (let n = 0; n < COUNT; n++) devices.push(new FleetDevice(`02:00:00:00:00:0${n}`, doors));
    await Promise.all(devices.map((device) => device.connect()));
    assert.deepEqual(new Set(devices.map(({ server }) => server)), new Set(nodes.map(portOf)));
    for (const door of doors) await until(async () => (await online(door)).length === COUNT);
    await Promise.all(devices.map((device) => device.ask(QUESTION)));
    for (const { id } of devices) {
      await until(async () => (await ada.ask(doors[0] as string, `/api/devices/${id}/tools`)).length === 1);
      const call = { name: "self.lamp.turn_on", arguments: {} };
      const answer = await ada.ask(doors[0] as string, `/api/devices/${id}/tools`, call);
      assert.deepEqual(answer, { text: `on at ${id}`, isError: false });
    }
  });

  await t.test("without NATS each node serves its own; afterwards they are one again", async () => {
    await bus.kill();
    await Promise.all(devices.map((device) => device.ask(QUESTION)));
    const health = (await (await fetch(`${doors[1]}/readyz`)).json()) as { status: string; nats: string };
    assert.deepEqual([health.status, health.nats], ["ready", "unreachable"]);
    await bus.start();
    for (const door of doors) await until(async () => (await online(door)).length === COUNT);
    assert.ok(devices.every(({ losses }) => losses === 0));
  });

  await t.test("a node is killed: its devices talk again, the others notice nothing", async () => {
    const [victim, ...others] = nodes as [NodeProcess, ...NodeProcess[]];
    const theirs = devices.filter(({ server }) => server === portOf(victim));
    assert.ok(theirs.length > 0);
    await victim.end("SIGKILL");
    await Promise.all(devices.map((device) => device.insist(QUESTION, 5_000)));
    for (const device of devices) {
      assert.ok(others.some((node) => portOf(node) === device.server));
      if (!theirs.includes(device)) assert.equal(device.losses, 0);
    }
    const door = others[0]?.http as string;
    await until(async () => (await online(door)).length === COUNT);
    await until(async () => (await ada.ask(door, "/api/server")).nodes.length === 2);
  });

  await t.test("a node that is told to stop lets answers end, and its devices go to the one that is left", async () => {
    const [, leaving, last] = nodes as [NodeProcess, NodeProcess, NodeProcess];
    const talking = devices.find(({ server }) => server === portOf(leaving));
    assert.ok(talking);
    const conversation = talking.converse(QUESTION);
    await until(async () => talking.framesAt.length > 0);
    const ended = leaving.end("SIGTERM");
    await conversation;
    await ended;
    await Promise.all(devices.map((device) => device.insist(QUESTION, 5_000)));
    assert.deepEqual(new Set(devices.map(({ server }) => server)), new Set([portOf(last)]));
  });
});
