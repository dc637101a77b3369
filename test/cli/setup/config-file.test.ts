import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { ConfigFile, changedText } from "../../../cli/setup/config-file.ts";
import { SetupError } from "../../../cli/setup/errors.ts";

function fileFor(t: TestContext): ConfigFile {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-setup-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return new ConfigFile(join(folder, "data", ".config.yaml"));
}

const CHANGES = [
  { path: ["llm", "use"], value: "deepseek" },
  { path: ["llm", "deepseek", "api_key"], value: "sk-1" },
];

test("comments, order and keys of others stay", () => {
  const text =
    "# my home\nserver:\n  port: 8123 # not 8000\nllm:\n  # the model\n  use: openai\n  openai:\n    model: m\nmine: [1, 2]\n";
  assert.equal(
    changedText(text, [...CHANGES, { path: ["prompt"], value: undefined }]),
    text.replace(
      "use: openai\n  openai:\n    model: m\n",
      "use: deepseek\n  openai:\n    model: m\n  deepseek:\n    api_key: sk-1\n",
    ),
  );
});

test("a key without a value takes settings in, and a key that is not there is taken out of nothing", () => {
  const gone = { path: ["asr", "use"], value: undefined };
  assert.deepEqual(parse(changedText("llm:\nasr:\n", [...CHANGES, gone])), {
    llm: { use: "deepseek", deepseek: { api_key: "sk-1" } },
    asr: null,
  });
  assert.deepEqual(parse(changedText("", [...CHANGES, gone])), {
    llm: { use: "deepseek", deepseek: { api_key: "sk-1" } },
  });
  assert.throws(() => changedText("a: [", CHANGES), { code: "setup-config" });
});

test("whatever the file is, the changes are in what comes out, or it is refused", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.constantFrom("llm: 1", "- a", "llm: &x\n  use: a\nb: *x")),
      (text) => {
        try {
          assert.equal(parse(changedText(text, CHANGES), { uniqueKeys: false }).llm.use, "deepseek");
        } catch (error) {
          assert.ok(error instanceof SetupError, String(error));
        }
      },
    ),
  );
});

test("the draft becomes the file, which only its owner reads; undo brings the former one back", (t) => {
  const file = fileFor(t);
  file.writeDraft(CHANGES);
  assert.equal(existsSync(file.path), false);
  file.accept();
  assert.equal(statSync(file.path).mode & 0o077, 0);
  file.undo();
  assert.equal(existsSync(file.path), false, "there was none before");
  assert.throws(() => file.undo(), { code: "setup-undo" });
  writeFileSync(file.path, "# mine\n");
  file.writeDraft(CHANGES);
  file.drop();
  assert.equal(readFileSync(file.path, "utf8"), "# mine\n");
  file.writeDraft(CHANGES);
  file.accept();
  assert.match(readFileSync(file.path, "utf8"), /deepseek/);
  file.undo();
  assert.equal(readFileSync(file.path, "utf8"), "# mine\n");
});
