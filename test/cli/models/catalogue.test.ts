import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { describeBytes } from "../../../cli/models/bytes.ts";
import { fileNameOf, isArchive, MODELS } from "../../../cli/models/catalogue.ts";
import { installSherpa } from "../../../cli/models/engine.ts";
import { describeModels } from "../../../cli/models/list.ts";
import { run } from "../../../cli/models/models.ts";
import { ProgressBar } from "../../../cli/models/progress.ts";
import { changesToUse, linesOf, whatElse } from "../../../cli/models/use.ts";
import { loadConfig } from "../../../host-server/config/load.ts";
import { providers } from "../../../host-server/providers/registry.ts";

test("every known model is complete and can be told from the others", () => {
  assert.equal(new Set(MODELS.map(({ name }) => name)).size, MODELS.length);
  for (const { name, files, expects, licence, languages } of MODELS) {
    assert.match(name, /^[a-z0-9-]+$/);
    assert.ok(licence.length > 0 && languages.length > 0 && expects.length > 0, name);
    const urls = files.map(({ url }) => url);
    assert.ok(urls.length > 0 && urls.every((url) => new URL(url).protocol === "https:"), name);
    for (const { sha256, bytes } of files) {
      assert.match(sha256 ?? "0".repeat(64), /^[0-9a-f]{64}$/, name);
      assert.ok(sha256 === undefined || (bytes ?? 0) > 0, `${name}: who knows the sum knows the size`);
    }
    const loose = urls.map(fileNameOf).filter((file) => !isArchive(file));
    assert.ok(
      loose.every((file) => expects.includes(file)),
      `${name} expects its single files`,
    );
  }
});

test("the list tells what is there from what is not", () => {
  const text = describeModels([
    { name: "sensevoice", folder: "data/models/sensevoice", bytes: 250_000_000 },
    { name: "mine", folder: "data/models/mine", bytes: 1000 },
  ]);
  assert.match(text, /● sensevoice +250 MB/);
  assert.match(text, /○ piper-de +21 MB +de/);
  assert.match(text, /Your own\n +● mine +1 kB/);
});

test("a terminal sees a bar with speed and time left, a file a line for each tenth", () => {
  let now = 0;
  const drawn: string[] = [];
  const bar = new ProgressBar({ isTTY: true, write: (text) => drawn.push(text) }, "m.onnx", () => now);
  bar.advance(0, 100_000_000);
  now = 1000;
  bar.advance(20_000_000, 100_000_000);
  bar.end();
  assert.match(drawn.at(-2) ?? "", /█{5}░{19} {2}20 MB of 100 MB {2}20 MB\/s {2}4 s left/);
  const lines: string[] = [];
  const log = new ProgressBar({ write: (text) => lines.push(text) }, "m.onnx", () => now);
  for (let done = 0; done <= 100; done++) log.advance(done, 100);
  assert.equal(lines.length, 10);
});

test("the engine comes by npm without its scripts; a failure says how to do it by hand", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "xiaozhi-engine-"));
  t.after(() => rmSync(data, { recursive: true }));
  const asked: string[][] = [];
  await installSherpa(data, async (args) => {
    asked.push([...args]);
    return 0;
  });
  assert.ok(asked[0]?.includes("--ignore-scripts"));
  assert.match(asked[0]?.at(-1) ?? "", /^sherpa-onnx-node@\d/);
  await assert.rejects(
    installSherpa(data, async () => 1),
    { code: "engine-failed", message: /npm install --prefix .*engines sherpa-onnx-node@/ },
  );
});

test("amounts of bytes are short", () => {
  assert.deepEqual([999, 1000, 8_679_182, 458_187_351, 1_200_000_000].map(describeBytes), [
    "999 B",
    "1 kB",
    "8.7 MB",
    "458 MB",
    "1.2 GB",
  ]);
});

test("a model that is added says how it is used, and is written where that is wanted", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "models-"));
  t.after(() => rmSync(data, { recursive: true }));
  const lines: string[] = [];
  t.mock.method(console, "log", (line: string) => lines.push(line));
  // Files with a checksum cannot be made up here.
  const unpacked = MODELS.filter(({ files }) =>
    files.every(({ url, sha256 }) => isArchive(url) || sha256 === undefined),
  );
  for (const model of unpacked) {
    const from = join(data, "unpacked", model.name);
    mkdirSync(from, { recursive: true });
    for (const file of model.expects) writeFileSync(join(from, file), "");
    assert.equal(await run(["add", model.name, "--from", from, "--use", "--no-engine", "--data", data]), 0);
  }
  const path = join(data, ".config.yaml");
  const { config } = loadConfig({ path, env: {}, providers });
  assert.deepEqual(
    [config.vad.use, config.asr.use, config.tts.use],
    [
      ["ten", "silero"],
      ["sherpa", "soundswallower"],
      ["sherpa", "flite"],
    ],
  );
  assert.equal(config.tts["sherpa"] && (config.tts["sherpa"] as { model: string }).model, unpacked.at(-2)?.name);
  assert.match(
    lines.join("\n"),
    / {2}use:\n {4}- sherpa\n {4}- flite\n {2}sherpa:\n {4}model: piper-de\n\nWritten to .*\.config\.yaml; xiaozhi setup --undo/,
  );
  assert.equal(linesOf(changesToUse({ name: "eres2net", stage: "voiceprint" })), "voiceprint:\n  model: eres2net");
  assert.deepEqual(changesToUse({ name: "smart-turn", stage: "turn" }), []);
  assert.match(whatElse({ stage: "turn" }) ?? "", /from the next start/);
  const before = readFileSync(path, "utf8");
  assert.equal(
    await run([
      "add",
      "melo-zh-en",
      "--from",
      join(data, "unpacked", "melo-zh-en"),
      "--force",
      "--no-engine",
      "--data",
      data,
    ]),
    0,
  );
  assert.equal(readFileSync(path, "utf8"), before, "without a terminal nothing is written unasked");
});
