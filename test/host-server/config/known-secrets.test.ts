import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hiding, KnownSecrets } from "../../../host-server/config/secrets/known-secrets.ts";

test("a secret is hidden as it stands in JSON and in addresses, and short words are not touched", () => {
  const secrets = new KnownSecrets();
  secrets.learn({
    a: { api_key: 'a"b/c d', token: "short" },
    url: "mqtt://user:pass%20word@host",
    keys: ["listed-key"],
  });
  secrets.learn({ headers: { "X-Api-Key": "of a header" }, max_tokens: "1234567" });
  const text = secrets.hide(
    'a"b/c d a\\"b/c d a%22b%2Fc%20d short pass word pass%20word listed-key of a header 1234567',
  );
  assert.equal(text, "******** ******** ******** short ******** ******** ******** ******** 1234567");
});

test("no settings break the search for secrets, and none of them stays in a text", () => {
  const settings = fc.record({ api_key: fc.string({ minLength: 6 }), rest: fc.jsonValue() });
  fc.assert(
    fc.property(settings, fc.string(), fc.string(), (given, before, after) => {
      const hide = hiding(given);
      assert.ok(!hide(before + given.api_key + after).includes(given.api_key) || /^\*+$/.test(given.api_key));
    }),
  );
});
