import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sanitizeToolName, withKnownNames } from "../../../host-server/tools/tool-names.ts";

test("a name keeps what models accept", () => {
  assert.equal(sanitizeToolName("a.b/c d-e_f"), "a_b_c_d-e_f");
  assert.equal(sanitizeToolName("打开 灯"), "打开_灯");
  assert.equal(sanitizeToolName(""), "tool");
  assert.equal(sanitizeToolName("x".repeat(80)).length, 64);
});

test("any names become fit and unique, fit ones stay, and none is lost", () => {
  const name = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: fc.constantFrom("a", ".", "_", "灯"), maxLength: 4 }),
    fc.string({ unit: fc.constantFrom("b", "/"), minLength: 60, maxLength: 70 }),
  );
  const tools = fc.uniqueArray(fc.record({ name, description: fc.string(), family: fc.constantFrom("x", "y") }), {
    selector: ({ name }) => name,
  });
  fc.assert(
    fc.property(tools, (given) => {
      const names = withKnownNames(given).map((tool) => tool.name);
      assert.equal(new Set(names).size, given.length);
      for (const [at, known] of names.entries()) {
        assert.match(known, /^[\w\-\u4e00-\u9fff]{1,64}$/);
        const own = given[at]?.name as string;
        if (sanitizeToolName(own) === own) assert.equal(known, own);
      }
    }),
  );
});

test("descriptions follow the names of their own family", () => {
  const tools = [
    { name: "x.a", description: "Call x.a.b first, then x.a; not y.c.", family: "device" },
    { name: "x.a.b", description: "", family: "device" },
    { name: "y.c", description: "Like x.a.", family: "server" },
  ];
  assert.deepEqual(
    withKnownNames(tools).map(({ description }) => description),
    ["Call x_a_b first, then x_a; not y.c.", "", "Like x.a."],
  );
});
