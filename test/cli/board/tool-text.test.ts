import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { withPart, withTool } from "../../../cli/board/make/insert-tool.ts";
import { PART_KINDS, partPlan } from "../../../cli/board/make/part-text.ts";
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
  const written = withTool(text, { list: "tools", position: text.indexOf("]"), isNew: false }, plan);
  assert.match(written, /^import \{ x \} from "boards\/board";\nimport \{ defineTool \} from "mcp\/tool";\n/);
  assert.match(written, /tools: \[one,\n {4}defineTool\(\{\n {6}name: "self\.a\.b",/);
});

const PUMP = { kind: "relay", name: "pump", pin: 4, what: 'the "pump"', seconds: 30 };

test("a part is written beside others, and imported beside others of its module", () => {
  const plan = partPlan(PUMP);
  assert.ok(plan);
  const text = `import { pinButton } from "modules/hardware/button";
import { lamp } from "modules/parts/switch";
import { screen } from "modules/ui/screen/screen-part";

export default defineBoard({ parts: [lamp(18)] });
`;
  const written = withPart(text, { list: "parts", position: text.indexOf("]"), isNew: false }, plan);
  assert.match(written, /^import \{ lamp, relay \} from "modules\/parts\/switch";$/m);
  assert.match(
    written,
    /parts: \[lamp\(18\),\n {4}relay\(4, \{ name: "pump", what: "the \\"pump\\"", mostSeconds: 30 \}\),\n {2}\]/,
  );
  const again = withPart(written, { list: "parts", position: written.indexOf("]"), isNew: false }, plan);
  assert.equal(again.match(/import/g)?.length, 3);
});

test("a board without parts gets a list of them", () => {
  const text = 'import { a } from "boards/board";\n\nexport default defineBoard({\n  name: "a",\n});\n';
  const plan = partPlan({ ...PUMP, kind: "fan", seconds: undefined });
  assert.ok(plan);
  const written = withPart(text, { list: "parts", position: text.indexOf("});"), isNew: true }, plan);
  assert.match(written, /^import \{ dimmer \} from "modules\/parts\/dimmer";$/m);
  assert.match(written, /name: "a",\n {2}parts: \[dimmer\(4, .*quality: "speed" \}\)\],\n\}\);/);
});

test("each kind of part has a text, and no other word is one", () => {
  for (const kind of PART_KINDS) assert.match(partPlan({ ...PUMP, kind })?.text ?? "", /"pump"/);
  for (const kind of ["", "toString", "pump"]) assert.equal(partPlan({ ...PUMP, kind }), undefined);
});
