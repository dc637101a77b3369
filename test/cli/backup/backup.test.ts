import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, mock, test } from "node:test";
import { gzipSync } from "node:zlib";
import { sql } from "kysely";
import { pack } from "tar-stream";
import { run as backUp } from "../../../cli/backup/backup.ts";
import { run as restore } from "../../../cli/backup/restore.ts";
import { RowSums } from "../../../cli/backup/row-sums.ts";
import { systemClock } from "../../../host-server/clock.ts";
import { createLog } from "../../../host-server/log.ts";
import { listDevices } from "../../../host-server/storage/devices.ts";
import { dumpTables } from "../../../host-server/storage/dump/read.ts";
import { audioOf, listMessages } from "../../../host-server/storage/messages.ts";
import { MIGRATIONS } from "../../../host-server/storage/migrations/list.ts";
import { searchPassages } from "../../../host-server/storage/search/passage-search.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";
import { allRows, fillStorage } from "./filled.ts";

const root = mkdtempSync(join(tmpdir(), "xiaozhi-backup-"));
const log = createLog({ level: "silent" });
mock.method(console, "log", () => {});
after(() => rmSync(root, { recursive: true, force: true }));

const at = (...parts: string[]) => join(root, ...parts);
const open = (folder: string, lastStep?: string) =>
  openStorage({ url: "", file: at(folder, "xiaozhi.db"), clock: systemClock, log, ...(lastStep && { lastStep }) });
const save = (folder: string, archive: string, ...more: string[]) =>
  backUp([at(archive), "--config", at(folder, ".config.yaml"), ...more]);
const bring = (archive: string, folder: string, ...more: string[]) =>
  restore([at(archive), "--config", at(folder, ".config.yaml"), ...more]);

async function everything(folder: string): Promise<Record<string, unknown[]>> {
  const storage = await open(folder);
  return allRows(storage).finally(() => storage.close());
}

mkdirSync(at("data", "models", "big"), { recursive: true });
mkdirSync(at("data", "firmware"));
writeFileSync(at("data", ".config.yaml"), "prompt: You are a test.\n");
writeFileSync(at("data", ".key"), "secret", { mode: 0o600 });
writeFileSync(at("data", "empty"), "");
writeFileSync(at("data", "models", "big", "model.onnx"), "weights");
writeFileSync(at("data", "firmware", "board_1.0.0.bin"), Buffer.alloc(300_000, 7));
const filled = await open("data");
await fillStorage(filled);

test("all that was kept is there again, and is found again", async () => {
  // The server goes on: the archive holds what was there when it began.
  assert.equal(await save("data", "all.tar.gz"), 0);
  assert.equal(statSync(at("all.tar.gz")).mode & 0o777, 0o600);
  assert.equal(await bring("all.tar.gz", "again"), 0);
  assert.deepEqual(await everything("again"), await everything("data"));
  const storage = await open("again");
  assert.equal((await listMessages(storage, { search: "你好" })).total, 1);
  assert.equal((await searchPassages(storage, "kettle", { limit: 3 })).length, 1);
  const [last] = (await listMessages(storage)).rows;
  assert.deepEqual([...((await audioOf(storage, last?.id ?? 0))?.data ?? [])], [0, 255, 7]);
  assert.equal((await listDevices(storage, { group: "lab" })).total, 1);
  await storage.close();
  const files = ["firmware", ".key", "empty"].map((name) => readdirSync(at("again")).includes(name));
  assert.deepEqual(files, [true, true, true]);
  assert.equal(statSync(at("again", ".key")).mode & 0o777, 0o600);
  assert.deepEqual(
    readFileSync(at("again", "firmware", "board_1.0.0.bin")),
    readFileSync(at("data", "firmware", "board_1.0.0.bin")),
  );
  assert.ok(!readdirSync(at("again")).includes("models"), "models come only when they are wanted");
  await save("data", "models.tar.gz", "--with-models");
  await bring("models.tar.gz", "with-models");
  assert.equal(readFileSync(at("with-models", "models", "big", "model.onnx"), "utf8"), "weights");
});

test("neither an archive nor a data folder is overwritten", async () => {
  writeFileSync(at("mine.tar.gz"), "mine");
  await assert.rejects(save("data", "mine.tar.gz"), { code: "backup-exists" });
  await save("data", "one.tar.gz");
  await assert.rejects(bring("one.tar.gz", "data"), { code: "restore-not-empty" });
  mkdirSync(at("full"));
  writeFileSync(at("full", "mine"), "mine");
  assert.equal(await bring("one.tar.gz", "full", "--replace"), 0);
  const aside = readdirSync(root).find((name) => name.startsWith("full-before-"));
  assert.equal(readFileSync(at(aside as string, "mine"), "utf8"), "mine");
});

test("an archive that is cut off, damaged, foreign or from the future leaves nothing behind", async () => {
  await save("data", "good.tar.gz");
  const good = readFileSync(at("good.tar.gz"));
  const damaged = Buffer.from(good);
  damaged.fill(0, damaged.length >> 1, (damaged.length >> 1) + 40);
  const entries = (...pairs: [string, string][]) => {
    const tar = pack();
    for (const [name, content] of pairs) tar.entry({ name }, content);
    tar.finalize();
    return buffer(tar).then((bytes) => gzipSync(bytes));
  };
  const begin = (steps: string[], form = 1): [string, string] => [
    "backup.json",
    JSON.stringify({ form, created: "", steps }),
  ];
  const end = (rows: object, files: number): [string, string] => ["end.json", JSON.stringify({ rows, files })];
  const cases: [string, Buffer, string][] = [
    ["half", good.subarray(0, good.length >> 1), "backup-broken"],
    ["damaged", damaged, "backup-broken"],
    ["text", Buffer.from("Dear diary"), "backup-broken"],
    ["other", await entries(["notes.txt", "hello"]), "backup-broken"],
    ["no-end", await entries(begin([])), "backup-broken"],
    ["missing-file", await entries(begin([]), end({}, 1)), "backup-broken"],
    ["missing-row", await entries(begin([]), end({ agents: 1 }, 0)), "backup-broken"],
    ["bad-row", await entries(begin([]), ["database/agents/1.ndjson", "{"], end({ agents: 1 }, 0)), "backup-broken"],
    ["outside", await entries(begin([]), ["files/../../evil", "x"], end({}, 1)), "backup-unsafe"],
    ["absolute", await entries(begin([]), ["files//etc/evil", "x"], end({}, 1)), "backup-unsafe"],
    ["future-step", await entries(begin(["9999-future"]), end({}, 0)), "backup-newer"],
    ["future-form", await entries(begin([], 2), end({}, 0)), "backup-newer"],
  ];
  for (const [name, bytes, code] of cases) {
    writeFileSync(at(`${name}.tar.gz`), bytes);
    await assert.rejects(bring(`${name}.tar.gz`, `none-${name}`), { code }, name);
    assert.ok(!readdirSync(root).includes(`none-${name}`), name);
  }
});

test("rows of an older version are brought up to date", async () => {
  const first = Object.keys(MIGRATIONS)[0] as string;
  mkdirSync(at("old"));
  const old = await open("old", first);
  await sql`insert into agents (id, name, settings, version, created, updated) values ('a', 'Old', '{}', 1, 0, 0)`.execute(
    old.db,
  );
  const rows: string[] = [];
  let steps: readonly string[] = [];
  await dumpTables(
    old,
    async (beginning) => {
      steps = beginning.steps;
    },
    async (page) => {
      rows.push(...page.rows.map((row) => JSON.stringify(row)));
    },
  );
  await old.close();
  assert.deepEqual(steps, [first]);
  const tar = pack();
  tar.entry({ name: "backup.json" }, JSON.stringify({ form: 1, created: "2026-01-01", steps }));
  tar.entry({ name: "database/agents/000001.ndjson" }, rows.join("\n"));
  tar.entry({ name: "end.json" }, JSON.stringify({ rows: { agents: 1 }, files: 0 }));
  tar.finalize();
  writeFileSync(at("old.tar.gz"), gzipSync(await buffer(tar)));
  await bring("old.tar.gz", "from-old");
  assert.equal((await everything("from-old"))["agents"]?.length, 1);
});

test("a log that grows meanwhile, and a server without a database, are no trouble", async () => {
  mkdirSync(at("plain"));
  writeFileSync(at("plain", "audit.log"), "line\n");
  const saving = save("plain", "plain.tar.gz");
  appendFileSync(at("plain", "audit.log"), "more\n");
  assert.equal(await saving, 0);
  await bring("plain.tar.gz", "plain-again");
  assert.match(readFileSync(at("plain-again", "audit.log"), "utf8"), /^line\n/);
  await filled.close();
});

test("a backup is restored for trial and compared; what is damaged or differs is named", async () => {
  assert.equal(await save("data", "rehearsed.tar.gz", "--verify"), 0);
  assert.equal(await save("data", "rehearsed.tar.gz", "--verify"), 0, "one that is there is only compared");
  assert.deepEqual(
    readdirSync(tmpdir()).filter((name) => name.startsWith("xiaozhi-rehearsal-")),
    [],
  );
  writeFileSync(at("cut.tar.gz"), readFileSync(at("rehearsed.tar.gz")).subarray(0, 2_000));
  await assert.rejects(save("data", "cut.tar.gz", "--verify"), { code: "backup-broken" });
});

test("rows are compared whatever their order, and each difference is told by its table", () => {
  const [one, other] = [new RowSums(), new RowSums()];
  const rows = [
    { id: 1, text: "a" },
    { id: 2, text: "b" },
    { text: "c", id: 3 },
  ];
  one.add({ table: "messages", rows });
  other.add({ table: "messages", rows: [{ id: 3, text: "c" }] });
  other.add({
    table: "messages",
    rows: [
      { text: "b", id: 2 },
      { id: 1, text: "a" },
    ],
  });
  assert.deepEqual(one.differencesTo(other), []);
  one.add({ table: "agents", rows: [{ id: "a" }] });
  other.add({ table: "messages", rows: [{ id: 4, text: "" }] });
  one.add({ table: "messages", rows: [{ id: 4, text: "d" }] });
  assert.deepEqual(one.differencesTo(other), [
    "messages: rows that say something else after they were restored",
    "agents: 1 rows, and 0 after it was restored",
  ]);
});
