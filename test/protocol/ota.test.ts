import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isNewerVersion, parseOtaAnswer, readOtaRequest } from "../../protocol/ota.ts";
import { protocolError, valueOrProtocolError } from "./throws.ts";

test("the answer of the open server", () => {
  const text =
    '{"server_time":{"timestamp":1786400000000,"timezone_offset":480},"firmware":{"version":"1.0.1","url":""},' +
    '"websocket":{"url":"ws://192.168.1.9:8000/xiaozhi/v1/","token":""}}';
  assert.deepEqual(parseOtaAnswer(text), {
    server_time: { timestamp: 1786400000000, timezone_offset: 480 },
    firmware: { version: "1.0.1", url: "" },
    websocket: { url: "ws://192.168.1.9:8000/xiaozhi/v1/", token: "" },
  });
});

test("the answer of the console, with activation and MQTT", () => {
  const text =
    '{"server_time":{"timestamp":1,"timeZone":"Asia/Shanghai","timezone_offset":480},' +
    '"activation":{"code":"460609","message":"http://x\\n460609","challenge":"aa:bb"},' +
    '"websocket":{"url":"ws://h/","token":"t","version":1},' +
    '"mqtt":{"endpoint":"h:1883","client_id":"GID_x@@@aa_bb@@@aa_bb","keepalive":120,"flag":true}}';
  assert.deepEqual(parseOtaAnswer(text), {
    server_time: { timestamp: 1, timezone_offset: 480 },
    activation: { code: "460609", message: "http://x\n460609", challenge: "aa:bb" },
    websocket: { url: "ws://h/", token: "t", version: 1 },
    mqtt: { endpoint: "h:1883", client_id: "GID_x@@@aa_bb@@@aa_bb", keepalive: 120 },
  });
});

test("sections are optional, and a member of another type counts as absent", () => {
  assert.deepEqual(parseOtaAnswer("{}"), {});
  assert.deepEqual(parseOtaAnswer('{"websocket":{"url":5},"firmware":{"version":"1"},"server_time":{}}'), {});
  assert.deepEqual(parseOtaAnswer('{"firmware":{"version":"1","url":"u","force":"yes"}}'), {
    firmware: { version: "1", url: "u" },
  });
});

test("an answer that is no object is refused", () => {
  assert.equal(protocolError(() => parseOtaAnswer("[]")).code, "ota-invalid");
  assert.equal(protocolError(() => parseOtaAnswer("<html>")).code, "json-invalid");
});

test("a request that cannot be read counts as empty", () => {
  assert.deepEqual(readOtaRequest("not json"), {});
  assert.deepEqual(readOtaRequest("[1]"), {});
  assert.equal(readOtaRequest('{"board":{"type":"esp-box-3"}}').board?.type, "esp-box-3");
});

test("versions compare by number, and the longer of equals is newer", () => {
  const pairs: readonly (readonly [newer: string, older: string])[] = [
    ["1.2.1", "1.2.0"],
    ["1.10.0", "1.9.9"],
    ["1.2.0.1", "1.2.0"],
    ["1.2.0", "1.2"],
    ["2", "1.9.9"],
    ["1.1", "1.x"],
  ];
  for (const [newer, older] of pairs) {
    assert.equal(isNewerVersion(newer, older), true, `${newer} > ${older}`);
    assert.equal(isNewerVersion(older, newer), false, `${older} < ${newer}`);
  }
  assert.equal(isNewerVersion("1.2.0", "1.2.0"), false);
});

test("any text is an answer or a ProtocolError, and always some request", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      valueOrProtocolError(() => parseOtaAnswer(text));
      assert.equal(typeof readOtaRequest(text), "object");
    }),
  );
});

test("no version is newer than itself, and of two different ones at most one is newer", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.equal(isNewerVersion(a, a), false);
      assert.equal(isNewerVersion(a, b) && isNewerVersion(b, a), false);
    }),
  );
});
