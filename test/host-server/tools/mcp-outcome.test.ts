import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mcpOutcome } from "../../../host-server/tools/mcp-outcome.ts";

function text(value: string) {
  return { content: [{ type: "text", text: value }] };
}

test("what is not text is told by what it is", () => {
  const content = [
    { type: "text", text: "Here it is:" },
    { type: "image", data: "AAAA", mimeType: "image/png" },
    { type: "audio", data: "AAAA", mimeType: "audio/wav" },
    { type: "resource_link", name: "manual", uri: "file:///manual" },
    { type: "resource", resource: { uri: "file:///a.txt", text: "inside" } },
    { type: "resource", resource: { uri: "file:///a.bin", blob: "AAAA" } },
    { type: "hologram" },
  ];
  assert.equal(
    mcpOutcome({ content }).text,
    "Here it is:\n(an image)\n(a sound)\n(a link to manual: file:///manual)\ninside\n(a file: file:///a.bin)",
  );
});

test("data without text is told as JSON; an error stays one", () => {
  const data = { temperature: 33 };
  assert.deepEqual(mcpOutcome({ content: [], structuredContent: data }), {
    text: '{"temperature":33}',
    data,
    isError: false,
  });
  assert.deepEqual(mcpOutcome({ ...text("no"), isError: true }), { text: "no", isError: true });
});

test("a result may carry one of the reference's actions", () => {
  const act = (fields: object) => {
    const { data: _data, text: told, ...rest } = mcpOutcome(text(JSON.stringify(fields)));
    return { ...rest, ...(told !== JSON.stringify(fields) && { text: told }) };
  };
  assert.deepEqual(act({ action: "RESPONSE", response: "A cat." }), { isError: false, reply: "A cat." });
  assert.deepEqual(act({ action: "ERROR", response: "No camera." }), { isError: true, reply: "No camera." });
  assert.deepEqual(act({ action: "NOTFOUND" }), { isError: true });
  assert.deepEqual(act({ action: "NONE" }), { isError: false, reply: "" });
  assert.deepEqual(act({ action: "RECORD", response: "Playing." }), { isError: false, reply: "", note: "Playing." });
  assert.deepEqual(act({ action: "REQLLM", result: "sunny" }), { isError: false, text: "sunny" });
  assert.deepEqual(act({ action: "jump", response: "x" }), { isError: false });
});

test("anything that a peer sends is told somehow", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, part) => {
      for (const result of [
        value,
        { content: [part, { type: "resource", resource: part }, { type: "resource_link", uri: part }] },
      ]) {
        assert.equal(typeof mcpOutcome(result).text, "string");
      }
    }),
  );
});
