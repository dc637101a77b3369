import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkArguments, inputSchema, ToolArgumentError, type ToolParams } from "../../protocol/tool-schema.ts";

const VOLUME = { volume: { type: "integer", minimum: 0, maximum: 100 } } as const;
const MIXED = {
  on: { type: "boolean" },
  level: { type: "integer", default: 3, minimum: 1, maximum: 5 },
  name: { type: "string", default: "x" },
} as const;

function refusal(params: ToolParams, given: { [name: string]: unknown }): string {
  try {
    checkArguments(params, given);
  } catch (error) {
    assert.ok(error instanceof ToolArgumentError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: "the arguments were accepted" });
}

test("the wire form: required names what has no default, and is left out when empty", () => {
  assert.equal(
    JSON.stringify(inputSchema(VOLUME)),
    '{"type":"object","properties":{"volume":{"type":"integer","minimum":0,"maximum":100}},"required":["volume"]}',
  );
  assert.equal(JSON.stringify(inputSchema({})), '{"type":"object","properties":{}}');
  assert.deepEqual(inputSchema(MIXED).required, ["on"]);
});

test("arguments keep their value, fractions are cut, extra ones are ignored", () => {
  assert.deepEqual(checkArguments(VOLUME, { volume: 80, other: 1 }), { volume: 80 });
  assert.deepEqual(checkArguments(VOLUME, { volume: 79.9 }), { volume: 79 });
  assert.deepEqual(checkArguments(MIXED, { on: false }), { on: false, level: 3, name: "x" });
});

test("what is missing or of another type takes its default, or the call is refused by name", () => {
  assert.equal(refusal(VOLUME, {}), "Missing valid argument: volume");
  assert.equal(refusal(VOLUME, { volume: "80" }), "Missing valid argument: volume");
  assert.equal(refusal(MIXED, { level: 2 }), "Missing valid argument: on");
  assert.deepEqual(checkArguments(MIXED, { on: true, level: "high" }), { on: true, level: 3, name: "x" });
});

test("a value out of range is refused with the limit and the value", () => {
  assert.equal(refusal(VOLUME, { volume: -1 }), "Value is below minimum allowed: 0 (volume is -1)");
  assert.equal(refusal(VOLUME, { volume: 150 }), "Value exceeds maximum allowed: 100 (volume is 150)");
});

test("members that every object inherits are not arguments", () => {
  assert.equal(refusal({ toString: { type: "string" as const } }, {}), "Missing valid argument: toString");
});

test("any arguments are values in range or a ToolArgumentError", () => {
  const given = fc.dictionary(fc.constantFrom("on", "level", "name", "volume"), fc.anything({ maxDepth: 1 }));
  fc.assert(
    fc.property(given, (values) => {
      try {
        const { level } = checkArguments(MIXED, values);
        assert.ok(Number.isInteger(level) && level >= 1 && level <= 5);
      } catch (error) {
        assert.ok(error instanceof ToolArgumentError, String(error));
      }
    }),
  );
});
