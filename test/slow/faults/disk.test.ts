import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { openStorage, type Storage } from "../../../host-server/storage/storage.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { silentLog } from "../../host-server/fakes/log.ts";
import { createWorld } from "../../host-server/fakes/world.ts";
import { talks, until, words } from "./talk.ts";

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-disk-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A disk of its own of two megabytes; undefined where this user may not mount any. */
function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  t.after(() => {
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test("the disk is full: devices talk on, and what was said is written once there is room", async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return t.skip("only root may mount a small disk");
  const clock = new VirtualClock();
  const storage = await openStorage({ url: "", file: join(disk, "xiaozhi.db"), clock, log: silentLog });
  const world = createWorld({}, {}, disk, { clock, storage });
  const device = await world.connect();
  assert.ok(await talks(world, device, "before"));
  fill(join(disk, "others"));
  const said = Array.from({ length: 20 }, (_, n) => `meanwhile ${n} ${"x".repeat(4_000)}`);
  for (const text of said) assert.ok(await talks(world, device, text), "the answer is heard");
  assert.ok(
    world.log.some(({ msg }) => msg === "history cannot be written now; it is tried again"),
    "the disk was full indeed",
  );
  assert.ok((await words(storage)).length < said.length + 1);
  rmSync(join(disk, "others"));
  await until(world, async () => (await words(storage)).length === said.length + 1);
  assert.deepEqual(await words(storage), ["before", ...said], "each once, and in order");
  await world.server.stop();
  await storage.close();
});

/** Writes until nothing goes any more. */
function fill(file: string): void {
  for (const bytes of [65_536, 4_096]) {
    try {
      while (true) writeFileSync(file, new Uint8Array(bytes), { flag: "a" });
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOSPC") throw error;
    }
  }
}

test("another program holds the database: devices talk on, and what was said is written when it lets go", async (t) => {
  const clock = new VirtualClock();
  const file = join(folderFor(t), "xiaozhi.db");
  const storage = await openStorage({ url: "", file, clock, log: silentLog });
  const world = createWorld({}, {}, "data", { clock, storage });
  const device = await world.connect();
  assert.ok(await talks(world, device, "before"));
  const other = new DatabaseSync(file);
  other.exec("begin exclusive");
  // Longer than SQLite waits by itself.
  const asked = performance.now();
  assert.ok(await talks(world, device, "meanwhile"));
  t.diagnostic(`an answer while the file was held: ${Math.round(performance.now() - asked)} ms of real time`);
  assert.ok(world.log.some(({ msg }) => String(msg).startsWith("history cannot be written now")));
  other.exec("rollback");
  other.close();
  await until(world, async () => (await words(storage)).length === 2);
  assert.deepEqual(await words(storage), ["before", "meanwhile"]);
  await world.server.stop();
  await storage.close();
});

test("the disk is slow: nobody waits for it, neither at the first sound nor when a device connects", async () => {
  const quick = await firstSounds(undefined);
  const slow = await firstSounds(3_000);
  assert.deepEqual(slow.times, quick.times, "to the ms of virtual time");
  assert.deepEqual(slow.said, quick.said);
});

/** When the sounds of three answers came, ms after the questions, where every transaction takes so long. */
async function firstSounds(delayMs: number | undefined) {
  const clock = new VirtualClock();
  const storage = await openStorage({ url: "", file: ":memory:", clock, log: silentLog });
  const world = createWorld({}, {}, "data", { clock, storage: delayMs ? delayed(storage, delayMs) : storage });
  const times: number[] = [];
  for (const text of ["one", "two", "three"]) {
    const device = await world.connect({ id: `00:00:00:00:00:0${times.length}` });
    const asked = clock.now();
    assert.ok(await talks(world, device, text));
    times.push(Math.round((device.received.find(({ packet }) => packet)?.at ?? 0) - asked));
  }
  await clock.advance(20_000);
  const said = await words(storage);
  await clock.run(world.server.stop());
  await storage.close();
  return { times, said };
}

function delayed(storage: Storage, ms: number): Storage {
  const { clock } = storage;
  const transaction = () => ({
    execute: async (work: Parameters<ReturnType<Storage["db"]["transaction"]>["execute"]>[0]) => {
      await new Promise<void>((resolve) => clock.schedule(ms, resolve));
      return storage.db.transaction().execute(work);
    },
  });
  const db = new Proxy(storage.db, {
    get: (target, key) => (key === "transaction" ? transaction : Reflect.get(target, key, target)),
  });
  return { ...storage, db };
}
