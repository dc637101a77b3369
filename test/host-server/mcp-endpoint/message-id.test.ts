import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { withId, writtenId } from "../../../host-server/mcp-endpoint/message-id.ts";
import { readFrame, wireMessage } from "../../../host-server/mcp-endpoint/messages.ts";

const blank = fc.constantFrom("", " ", "\n", "\t ", "\r\n");

/** A JSON object as text, with blanks anywhere. */
const objectText = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue()),
    fc.option(fc.jsonValue()),
    fc.array(blank, { minLength: 4, maxLength: 4 }),
  )
  .map(([others, id, blanks]) => {
    const value = { ...others, ...(id !== null && { id }) };
    const [a, b, c, d] = blanks;
    const members = Object.entries(value).map(
      ([key, member]) => `${JSON.stringify(key)}${a}:${b}${JSON.stringify(member)}${c}`,
    );
    return `${d}{${a}${members.join(`,${d}`)}}${b}`;
  });

test("the id of any message is found where JSON has it, and another put there changes nothing else", () => {
  fc.assert(
    fc.property(objectText, fc.jsonValue(), (text, id) => {
      const value = JSON.parse(text);
      const message = wireMessage(text, value);
      const span = message.idAt;
      assert.equal(span !== undefined, Object.hasOwn(value, "id"));
      assert.deepEqual(JSON.parse(writtenId(message)), value.id ?? null);
      const written = JSON.stringify(id);
      const changed = withId(message, written);
      assert.deepEqual(JSON.parse(changed), { ...value, id: JSON.parse(written) });
      if (span) assert.equal(changed, text.slice(0, span.start) + written + text.slice(span.end));
    }),
    { numRuns: 1000 },
  );
});

test("an id in escapes, or twice, is replaced all the same", () => {
  for (const text of ['{"\\u0069d":7,"method":"ping"}', '{"id":6,"id":7,"method":"ping"}']) {
    const message = wireMessage(text, JSON.parse(text));
    assert.equal(writtenId(message), "7");
    assert.deepEqual(JSON.parse(withId(message, '"x"')), { id: "x", method: "ping" });
  }
});

test("what stands in texts and in members is not taken for the id", () => {
  const text = String.raw`{"t":"\\\",\"id\":1,","o":{"id":2,"l":[{"id":3}]},"id" :4, "u":"\\"}`;
  assert.equal(writtenId(wireMessage(text, JSON.parse(text))), "4");
});

test("a message that is nested too deep is refused, alone and in a batch, and one with many brackets in a text is not", () => {
  const deep = (levels: number) => `{"id":1,"method":"a","params":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  for (const text of [deep(10_000), `[${deep(10_000)}]`, deep(500)]) {
    const frame = readFrame(text);
    assert.ok(frame.kind === "garbage" && /nested deeper than 500 levels/.test(frame.error.message), frame.kind);
  }
  assert.equal(readFrame(deep(499)).kind, "message");
  assert.equal(readFrame(JSON.stringify({ id: 1, method: '[\\"['.repeat(2_000) })).kind, "message");
});
