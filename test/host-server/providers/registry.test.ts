import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { z } from "zod";
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
