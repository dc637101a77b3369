import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { corpusOf } from "./fuzzing.ts";
import { TARGETS } from "./targets.ts";

const FOLDER = join(import.meta.dirname, "corpus");

for (const name of existsSync(FOLDER) ? readdirSync(FOLDER).sort() : []) {
  test(`no input that once did harm to ${name} does so again`, async () => {
    const target = await TARGETS[name]?.();
    for (const input of corpusOf(name)) await target?.run(input);
    await target?.close?.();
  });
}
