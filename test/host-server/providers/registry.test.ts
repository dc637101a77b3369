import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { z } from "zod";
import { AGENTS_CHINESE } from "../../../console/texts/chinese-agents.ts";
import { AGENTS_ENGLISH } from "../../../console/texts/english-agents.ts";
import { HINTS_CHINESE } from "../../../console/texts/hints-chinese.ts";
import { SETTINGS_CHINESE } from "../../../console/texts/settings-chinese.ts";
import { agentForm, formOf } from "../../../host-server/console/agents/agent-form.ts";
import { presets } from "../../../host-server/providers/llm/presets.ts";
import { providers } from "../../../host-server/providers/registry.ts";

const folder = new URL("../../../host-server/providers/", import.meta.url);

test("every file that defines a provider is in the registry", async () => {
  const registry = await readFile(new URL("registry.ts", folder), "utf8");
  let found = 0;
  for (const stage of Object.keys(providers)) {
    for (const file of await readdir(new URL(`${stage}/`, folder))) {
      const source = await readFile(new URL(`${stage}/${file}`, folder), "utf8");
      if (!/\bdefine(Vad|Asr|Llm|Tts|Vllm)\(/.test(source)) continue;
      found++;
      assert.ok(registry.includes(`"./${stage}/${file}"`), `${stage}/${file} is not in registry.ts`);
    }
  }
  // All presets are defined in one place.
  assert.equal(found, Object.values(providers).flat().length - presets.length + 1);
});

test("names are unique within a stage, and empty settings are enough for the default of each", () => {
  for (const [stage, list] of Object.entries(providers)) {
    assert.equal(new Set(list.map(({ name }) => name)).size, list.length);
    // Eyes are not needed: there is no default.
    if (stage !== "vllm") assert.ok(list[0]!.settings.safeParse({}).success, list[0]!.name);
  }
});

test("settings that are not known are refused, and the schema can draw a form", () => {
  for (const { name, settings } of Object.values(providers).flat()) {
    assert.equal(settings.safeParse({ noSuchSetting: 1 }).success, false, name);
    assert.equal((z.toJSONSchema(settings) as { type?: string }).type, "object");
  }
});

interface FormPart {
  readonly description?: string;
  readonly properties?: { readonly [key: string]: FormPart };
  readonly anyOf?: readonly FormPart[];
}

function* partsOf(form: FormPart, key = ""): Generator<readonly [key: string, description: string | undefined]> {
  yield [key, form.description];
  for (const [name, part] of Object.entries(form.properties ?? {})) yield* partsOf(part, name);
  for (const part of form.anyOf ?? []) yield* partsOf(part, key);
}

test("whatever the console's forms ask for has a name and an explanation in Chinese, and each plugin says what it does", () => {
  const administrator = { kind: "account", id: "a", name: "A", role: "administrator" } as const;
  const { schema, plugins } = agentForm({ providers } as never, administrator as never);
  const stages = Object.values(providers).flat();
  const forms = [schema, ...plugins.map((plugin) => plugin.schema), ...stages.map(({ settings }) => formOf(settings))];
  const named = new Set(["", ...stages.map(({ name }) => name), "mem0", ...Object.keys(SETTINGS_CHINESE.setting)]);
  for (const form of forms) {
    for (const [key, description] of partsOf(form as FormPart)) {
      assert.ok(named.has(key), `${key} has no Chinese name`);
      assert.ok(description === undefined || description in HINTS_CHINESE, `not in Chinese: ${description}`);
    }
  }
  for (const { name, description } of plugins) {
    assert.notEqual(description, "", name);
    assert.ok(name in AGENTS_ENGLISH.plugin && name in AGENTS_CHINESE.plugin, name);
  }
});
