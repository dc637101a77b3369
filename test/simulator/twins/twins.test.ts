import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTwins, hasTwin, twinSpecifiers } from "../../../simulator/twins/twins.ts";
import { run } from "./program.ts";

test("the table of twins names files that exist, and every file is named", () => {
  assert.deepEqual(checkTwins(), []);
});

test("every twin can be imported and has a default export", async () => {
  const specifiers = twinSpecifiers();
  const main = `${specifiers.map((name, i) => `import * as m${i} from "${name}";`).join("\n")}
    export default () => say([${specifiers.map((_, i) => `typeof m${i}.default`).join()}]);`;
  const [kinds] = await run(main, 0);
  assert.ok(specifiers.length >= 14);
  for (const kind of kinds as string[]) assert.match(kind, /^(function|object)$/);
});

test("modules of the SDK without a twin are known as such", () => {
  assert.equal(hasTwin("timer"), true);
  assert.equal(hasTwin("piu/MC"), false);
  assert.equal(hasTwin("constructor"), false);
});
