import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Model } from "../../../cli/models/catalogue.ts";
import { TransferError } from "../../../cli/models/errors.ts";
import { install, type Wanted } from "../../../cli/models/install.ts";
import { ModelStore } from "../../../cli/models/store.ts";
import { SMALL_MODEL, SMALL_MODEL_SHA256, tarOf } from "./archives.ts";
import { FileServer } from "./file-server.ts";
import { instantClock } from "./instant-clock.ts";

function modelOf(files: Model["files"], expects = ["tokens.txt", "model.onnx"]): Model {
  const known = {
    about: "for tests",
    languages: ["en"],
    licence: "none",
    stage: "asr",
    engine: "sherpa-onnx",
  } as const;
  return { ...known, name: "small", files, expects };
}

async function world(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-install-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const server = await FileServer.start(t);
  server.files["/small.tar.bz2"] = { bytes: SMALL_MODEL, etag: '"1"' };
  const store = new ModelStore(join(folder, "models"));
  const said: string[] = [];
  const context = {
    store,
    clock: instantClock,
    env: {},
    progress: () => ({ advance: () => {}, end: () => {} }),
    say: (line: string) => said.push(line),
    free: () => 1e12,
  };
  const add = (wanted: Partial<Wanted>, more = {}) =>
    install({ name: "small", model: undefined, ...wanted }, { ...context, ...more });
  return { folder, server, store, said, add, file: { url: server.url("/small.tar.bz2"), sha256: SMALL_MODEL_SHA256 } };
}

test("a model is fetched, unpacked, noted and listed, without the archive's own folder", async (t) => {
  const { add, file, store } = await world(t);
  const stored = await add({ model: modelOf([file]) });
  assert.equal(readFileSync(join(stored.folder, "tokens.txt"), "utf8"), "a 1\n");
  assert.deepEqual(stored.installed?.files, [{ from: file.url, sha256: SMALL_MODEL_SHA256 }]);
  assert.deepEqual(
    store.list().map(({ name }) => name),
    ["small"],
  );
  assert.equal(existsSync(store.downloadsOf("small")), false);
});

test("a single file beside an archive lies in the model's folder", async (t) => {
  const { add, file, server } = await world(t);
  server.files["/vocoder.onnx"] = { bytes: Buffer.from("VOC") };
  const model = modelOf([file, { url: server.url("/vocoder.onnx"), bytes: 3 }], ["model.onnx", "vocoder.onnx"]);
  const { folder } = await add({ model });
  assert.equal(readFileSync(join(folder, "vocoder.onnx"), "utf8"), "VOC");
});

test("a checksum that nobody knows is said and kept, not made up", async (t) => {
  const { add, file, said } = await world(t);
  const stored = await add({ model: modelOf([{ url: file.url }]) });
  assert.match(said.join("\n"), new RegExp(`gives no checksum; what came has SHA-256 ${SMALL_MODEL_SHA256}`));
  assert.equal(stored.installed?.files[0]?.sha256, SMALL_MODEL_SHA256);
});

test("a model that fails leaves the one that is there as it was", async (t) => {
  const { add, file, server, store } = await world(t);
  await add({ model: modelOf([file]) });
  await assert.rejects(add({ model: modelOf([file]) }), { code: "model-present" });
  server.files["/evil.tar"] = { bytes: await tarOf([{ name: "../../evil", type: "file", content: "x" }]) };
  const failures = [
    { model: modelOf([{ ...file, sha256: "0".repeat(64) }]), code: "model-checksum" },
    { model: modelOf([{ url: server.url("/evil.tar") }]), code: "archive-unsafe" },
    { model: modelOf([file], ["encoder.onnx"]), code: "model-incomplete" },
  ];
  for (const { model, code } of failures) {
    await assert.rejects(add({ model, force: true }), { code });
    assert.equal(readFileSync(join(store.pathOf("small"), "model.onnx"), "utf8"), "ONNX", code);
  }
  assert.equal(store.list().length, 1, "nothing half made is listed");
  await add({ model: modelOf([file]), force: true });
});

test("what came of a download stays until the next attempt, and removing a model removes it, too", async (t) => {
  const { add, file, server, store } = await world(t);
  server.files["/small.tar.bz2"] = { bytes: SMALL_MODEL, status: 503 };
  await assert.rejects(add({ model: modelOf([file]) }), TransferError);
  assert.ok(existsSync(store.downloadsOf("small")));
  assert.deepEqual(store.list(), []);
  server.files["/small.tar.bz2"] = { bytes: SMALL_MODEL };
  await add({ model: modelOf([file]) });
  store.remove("small");
  assert.deepEqual(store.list(), []);
  assert.throws(() => store.remove("small"), { code: "model-unknown" });
});

test("without room nothing is fetched", async (t) => {
  const { add, file, server } = await world(t);
  const model = modelOf([{ ...file, bytes: 1_000_000_000 }]);
  await assert.rejects(add({ model }, { free: () => 2_000_000_000 }), {
    code: "disk-full",
    message: /2\.0 GB left, 3\.2 GB are needed/,
  });
  assert.equal(server.asked.length, 0);
});

test("--from takes a mirror, an address, a file, a folder of files, and an unpacked model", async (t) => {
  const { add, file, server, folder, said } = await world(t);
  const model = modelOf([{ ...file, url: "https://publisher.invalid/releases/small.tar.bz2" }]);
  const places = join(folder, "places");
  const unpacked = join(places, "unpacked");
  mkdirSync(unpacked, { recursive: true });
  writeFileSync(join(places, "small.tar.bz2"), SMALL_MODEL);
  for (const name of model.expects) writeFileSync(join(unpacked, name), name);
  const sources = [server.url("/"), server.url("/small.tar.bz2"), join(places, "small.tar.bz2"), places, unpacked];
  for (const from of sources) {
    const stored = await add({ model, from, force: true });
    assert.ok(existsSync(join(stored.folder, "model.onnx")), from);
  }
  assert.match(said.at(-1) ?? "", /an unpacked model has no checksum/);
  await assert.rejects(add({ model, from: join(folder, "nowhere"), force: true }), { code: "model-source" });
  writeFileSync(join(places, "small.tar.bz2"), "other bytes");
  await assert.rejects(add({ model, from: places, force: true }), { code: "model-checksum" });
  assert.equal((await add({ name: "mine", from: unpacked })).name, "mine", "a model that only its owner knows");
});

test("a name that is no folder's is refused", async (t) => {
  const { add, store } = await world(t);
  for (const name of ["..", ".hidden", "a/b", "", "a\\b"]) {
    await assert.rejects(add({ name, from: "." }), { code: "model-name" });
    assert.throws(() => store.remove(name), { code: "model-name" });
  }
});
