import assert from "node:assert/strict";
import { test } from "node:test";
import { createAgent, removeAgent } from "../../../host-server/storage/agents.ts";
import {
  createDevice,
  getDevice,
  listDevices,
  noteSeen,
  removeDevice,
  updateDevice,
} from "../../../host-server/storage/devices.ts";
import { groupsOf, listGroups, setGroups } from "../../../host-server/storage/labels.ts";
import type { Storage } from "../../../host-server/storage/storage.ts";
import { refuses } from "./refuses.ts";

const MAC = "AA:BB:CC:00:11:22";

/** The part of the storage's suite that is about devices. */
export function deviceTests(opened: () => Storage): void {
  test("a device is found by its id in any case, and loses an agent that goes", async () => {
    const storage = opened();
    const { id: agent } = await createAgent(storage, { name: "A", settings: {} });
    await createDevice(storage, MAC, { alias: "Küche", board: "atom", agent });
    await refuses("storage-conflict", createDevice(storage, MAC.toLowerCase()));
    await refuses("storage-reference", createDevice(storage, "bb", { agent: "nobody" }));
    assert.equal((await getDevice(storage, MAC.toLowerCase()))?.agent, agent);
    assert.equal(await updateDevice(storage, MAC, { alias: "Bad", updates: false }), true);
    assert.equal(await updateDevice(storage, "nobody", {}), false);
    const changed = await getDevice(storage, MAC);
    assert.deepEqual([changed?.alias, changed?.board, changed?.updates], ["Bad", "atom", 0]);
    await removeAgent(storage, agent);
    assert.equal((await getDevice(storage, MAC))?.agent, null);
    assert.equal(await removeDevice(storage, MAC), true);
    assert.equal(await getDevice(storage, MAC), undefined);
  });

  test("many devices are noted as seen at once, each at its own time, by whatever case of its id, and never earlier than before", async () => {
    const storage = opened();
    const ids = Array.from({ length: 1_200 }, (_, n) => `seen-${n}`);
    for (const id of ids.slice(0, 3)) await createDevice(storage, id);
    await createDevice(storage, "seen-1199");
    const at = 1_800_000_000_000;
    await noteSeen(storage, new Map(ids.map((id, n) => [id, at + n + 0.5])));
    await noteSeen(
      storage,
      new Map([
        ["SEEN-1", at + 70],
        ["seen-1", at + 60],
        ["seen-2", at - 1],
      ]),
    );
    const seen = async (id: string) => (await getDevice(storage, id))?.seen;
    assert.deepEqual(await Promise.all(["seen-0", "seen-1", "seen-2", "seen-1199", "seen-9"].map(seen)), [
      at,
      at + 70,
      at + 2,
      at + 1_199,
      undefined,
    ]);
    for (const id of ["seen-0", "seen-1", "seen-2", "seen-1199"]) await removeDevice(storage, id);
  });

  test("a list of devices is filtered by group, board and ids, those seen last first", async () => {
    const storage = opened();
    for (const id of ["01", "02", "03"]) await createDevice(storage, id, { alias: `Room ${id}`, board: "atom" });
    await createDevice(storage, "04", { board: "box" });
    await noteSeen(storage, new Map([["02", 500.7]]));
    await noteSeen(storage, new Map([["02", 200]]));
    await noteSeen(storage, new Map());
    await setGroups(storage, "01", ["floor", "lab"]);
    await setGroups(storage, "03", ["lab"]);
    const ids = async (filter: Parameters<typeof listDevices>[1]) =>
      (await listDevices(storage, filter)).rows.map(({ id }) => id);
    assert.deepEqual(await ids({}), ["02", "04", "03", "01"]);
    assert.equal((await getDevice(storage, "02"))?.seen, 500);
    assert.deepEqual(await ids({ group: "lab", sort: "id", order: "asc" }), ["01", "03"]);
    assert.deepEqual(await ids({ board: "box" }), ["04"]);
    assert.deepEqual(await ids({ ids: ["01", "04", "xx"], sort: "id", order: "asc" }), ["01", "04"]);
    assert.deepEqual(await ids({ ids: [] }), []);
    assert.deepEqual(await ids({ search: "room 0", sort: "alias", order: "asc" }), ["01", "02", "03"]);
    assert.deepEqual(await groupsOf(storage, "01"), ["floor", "lab"]);
    assert.deepEqual(await listGroups(storage), [
      { name: "floor", devices: 1 },
      { name: "lab", devices: 2 },
    ]);
  });
}
