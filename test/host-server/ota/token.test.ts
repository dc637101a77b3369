import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { signToken, verifyToken } from "../../../host-server/ota/token.ts";

const owner = { clientId: "client", deviceId: "11:22:33:44:55:66" };
const at = (now: number) => ({ now, expireSeconds: 100 });

test("a token is the reference's: HMAC-SHA256 over client|device|time, base64url without padding, and the time", () => {
  const digest = createHmac("sha256", "key").update("client|11:22:33:44:55:66|1700000000").digest("base64");
  const expected = digest.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  assert.equal(signToken("key", owner, 1_700_000_000), `${expected}.1700000000`);
});

test("a token is good to its last second, for its owner and secret only", () => {
  const token = signToken("key", owner, 1_000);
  assert.ok(verifyToken("key", owner, token, at(1_000)));
  assert.ok(verifyToken("key", owner, token, at(1_100)));
  assert.ok(!verifyToken("key", owner, token, at(1_101)));
  assert.ok(!verifyToken("other", owner, token, at(1_000)));
  assert.ok(!verifyToken("key", { ...owner, deviceId: "11:22:33:44:55:67" }, token, at(1_000)));
  assert.ok(!verifyToken("key", { ...owner, clientId: "" }, token, at(1_000)));
});

test("no other text is a token, and none makes trouble", () => {
  const token = signToken("key", owner, 1_000);
  const mutated = fc
    .tuple(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
    .map(([index, character]) => token.slice(0, index) + character + token.slice(index + 1));
  fc.assert(
    fc.property(fc.oneof(fc.string(), mutated, fc.constant(`${token}.x`)), (text) => {
      fc.pre(text !== token);
      assert.equal(verifyToken("key", owner, text, at(1_000)), false);
    }),
  );
});
