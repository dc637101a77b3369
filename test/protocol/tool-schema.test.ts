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

const STEPS = {
  steps: {
    type: "array",
    minItems: 1,
    maxItems: 3,
    items: {
      type: "object",
      properties: {
        way: { type: "string", enum: ["left", "right"] },
        metres: { type: "number", minimum: 0, maximum: 2 },
        isFast: { type: "boolean", default: false },
      },
    },
  },
} as const satisfies ToolParams;

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

test("what is missing takes its default, or the call is refused by name", () => {
  assert.equal(refusal(VOLUME, {}), "Missing valid argument: volume");
  assert.equal(refusal(MIXED, { level: 2 }), "Missing valid argument: on");
});

test("a value of another type is refused, also where there is a default", () => {
  const wrong = (name: string, expected: string, got: string) =>
    `Missing valid argument: ${name} (expected ${expected}, got ${got})`;
  assert.equal(refusal(VOLUME, { volume: "80" }), wrong("volume", "an integer", "string"));
  assert.equal(refusal(MIXED, { on: true, level: "high" }), wrong("level", "an integer", "string"));
  assert.equal(refusal(MIXED, { on: 1 }), wrong("on", "a boolean", "number"));
  assert.equal(refusal(MIXED, { on: true, name: null }), wrong("name", "a string", "null"));
  assert.equal(refusal(STEPS, { steps: {} }), wrong("steps", "an array", "object"));
  assert.equal(refusal(STEPS, { steps: [[]] }), wrong("steps[0]", "an object", "array"));
});

test("enums, numbers, arrays and objects arrive with their types", () => {
  const { steps } = checkArguments(STEPS, { steps: [{ way: "left", metres: 0.5, other: 1 }] });
  // The types come from the declaration: these lines would not compile otherwise.
  const way: "left" | "right" | undefined = steps[0]?.way;
  const metres: number | undefined = steps[0]?.metres;
  assert.deepEqual([way, metres], ["left", 0.5]);
  assert.deepEqual(steps, [{ way: "left", metres: 0.5, isFast: false }]);
});

test("what does not fit inside is refused with its place", () => {
  const one = (step: object) => refusal(STEPS, { steps: [{ way: "left", metres: 1 }, step] });
  assert.equal(one({ way: "up", metres: 1 }), "Value is not one of left, right (steps[1].way is up)");
  assert.equal(one({ way: "left", metres: 2.5 }), "Value exceeds maximum allowed: 2 (steps[1].metres is 2.5)");
  assert.equal(one({ way: "left" }), "Missing valid argument: steps[1].metres");
  assert.equal(refusal(STEPS, { steps: [] }), "Wrong number of items: steps has 0, allowed 1 to 3");
  assert.equal(refusal(STEPS, { steps: [1, 2, 3, 4] }), "Wrong number of items: steps has 4, allowed 1 to 3");
});

test("the wire form of nested objects names what each requires", () => {
  assert.deepEqual(inputSchema(STEPS), {
    type: "object",
    properties: {
      steps: {
        type: "array",
        minItems: 1,
        maxItems: 3,
        items: {
          type: "object",
          properties: {
            way: { type: "string", enum: ["left", "right"] },
            metres: { type: "number", minimum: 0, maximum: 2 },
            isFast: { type: "boolean", default: false },
          },
          required: ["way", "metres"],
        },
      },
    },
    required: ["steps"],
  });
});

test("any value for nested arguments fits or is a ToolArgumentError", () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 4 }), (steps) => {
      try {
        for (const step of checkArguments(STEPS, { steps }).steps) {
          assert.ok(["left", "right"].includes(step.way) && step.metres >= 0 && step.metres <= 2);
        }
      } catch (error) {
        assert.ok(error instanceof ToolArgumentError, String(error));
      }
    }),
  );
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
