import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { withTool } from "../../../cli/board/make/insert-tool.ts";
import { parseArguments, pluginText } from "../../../cli/board/make/tool-text.ts";

test("arguments are read from a list, and what is no argument is refused", () => {
  assert.deepEqual(parseArguments("level=integer:0..100, at=number:-1.5..2, color=red|dark green, text=string"), [
    { name: "level", schema: 'type: "integer", minimum: 0, maximum: 100' },
    { name: "at", schema: 'type: "number", minimum: -1.5, maximum: 2' },
    { name: "color", schema: 'type: "string", enum: ["red", "dark green"]' },
    { name: "text", schema: 'type: "string"' },
  ]);
  assert.deepEqual(parseArguments("none"), []);
  for (const text of ["level", "level=", "9=string", "a=b", "a=integer:1", 'a=x|"']) {
    assert.equal(parseArguments(text), undefined, text);
  }
});

test("whatever is read makes schemas that are source text of an object", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const { name, schema } of parseArguments(text) ?? []) {
        const value = new Function(`return { ${name}: { ${schema} } }`)();
        assert.equal(typeof value[name].type, "string");
      }
    }),
  );
});

test("a plugin of the server runs as it was written", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plugin-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "dice.ts");
  const list = parseArguments("count=integer:1..10, loud=boolean") ?? [];
  writeFileSync(file, pluginText({ name: "roll", description: 'Roll "dice".', arguments: list }));
  const { default: create } = await import(pathToFileURL(file).href);
  const plugin = create({ definePlugin: (definition: unknown) => definition });
  assert.equal(plugin.description, 'Roll "dice".');
  assert.deepEqual(plugin.params.count, { type: "integer", minimum: 1, maximum: 10 });
  assert.equal(plugin.run({ count: 2, loud: true }), "roll: 2 true");
});

test("a tool is written behind others, with a comma where one is missing", () => {
  const plan = { name: "self.a.b", description: "Do it.", arguments: [] };
  const text = 'import { x } from "boards/board";\nexport default defineBoard({ name: "a", tools: [one] });\n';
  const written = withTool(text, { position: text.indexOf("]"), hasTools: true }, plan);
  assert.match(written, /^import \{ x \} from "boards\/board";\nimport \{ defineTool \} from "mcp\/tool";\n/);
  assert.match(written, /tools: \[one,\n {4}defineTool\(\{\n {6}name: "self\.a\.b",/);
});
