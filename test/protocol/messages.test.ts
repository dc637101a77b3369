import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseToDevice } from "../../protocol/to-device.ts";
import { parseToServer } from "../../protocol/to-server.ts";
import { protocolError, valueOrProtocolError } from "./throws.ts";
import { BAD_TO_DEVICE, TO_DEVICE_VECTORS } from "./vectors/to-device.ts";
import { BAD_TO_SERVER, TO_SERVER_VECTORS } from "./vectors/to-server.ts";

for (const { name, text, message } of TO_SERVER_VECTORS) {
  test(`server reads: ${name}`, () => assert.deepEqual(parseToServer(text), message));
}

for (const { name, text, message } of TO_DEVICE_VECTORS) {
  test(`device reads: ${name}`, () => assert.deepEqual(parseToDevice(text), message));
}

for (const { text, code, field } of BAD_TO_SERVER) {
  test(`server refuses: ${text.slice(0, 50)}`, () => {
    const error = protocolError(() => parseToServer(text));
    assert.equal(error.code, code);
    assert.equal(error.field, field);
  });
}

for (const { text, code, field } of BAD_TO_DEVICE) {
  test(`device refuses: ${text.slice(0, 50)}`, () => {
    const error = protocolError(() => parseToDevice(text));
    assert.equal(error.code, code);
    assert.equal(error.field, field);
  });
}

test("an error names the member and the value", () => {
  const error = protocolError(() => parseToServer('{"type":"listen","state":"jump"}'));
  assert.equal(error.message, 'message-invalid: listen.state: expected one of start, stop, detect, got "jump"');
});

test("any text is a message or a ProtocolError, both ways", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      valueOrProtocolError(() => parseToServer(text));
      valueOrProtocolError(() => parseToDevice(text));
    }),
  );
});

test("a known type with any members is a message or a ProtocolError, both ways", () => {
  const types = ["hello", "listen", "abort", "mcp", "goodbye", "iot", "server", "ping", "stt", "llm", "tts", "alert"];
  const member = fc.constantFrom("state", "mode", "text", "payload", "features", "audio_params", "session_id", "x");
  const members = fc.dictionary(member, fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(fc.constantFrom(...types), members, (type, rest) => {
      const text = JSON.stringify({ type, ...rest });
      valueOrProtocolError(() => parseToServer(text));
      valueOrProtocolError(() => parseToDevice(text));
    }),
  );
});

test("a text that nests too deep is refused before the parser recurses into it", () => {
  for (const depth of [25, 1000, 20000]) {
    const text = `{"type":"mcp","payload":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;
    assert.equal(protocolError(() => parseToServer(text)).code, "json-invalid");
    assert.equal(protocolError(() => parseToDevice("[".repeat(depth))).code, "json-invalid");
  }
});

test("brackets inside strings do not count as depth", () => {
  const text = JSON.stringify({ type: "stt", text: `${"[".repeat(200)}"\\"${"{".repeat(200)}` });
  assert.equal(parseToDevice(text).type, "stt");
});
