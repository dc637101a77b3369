import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MemberNames } from "../../modules/transport/member-names.ts";
import { protocolError, valueOrProtocolError } from "../protocol/throws.ts";

// What XS has, and Node has not.
Object.assign(ArrayBuffer, { fromString: (text: string) => Uint8Array.from(Buffer.from(text)).buffer });
Object.assign(String, { fromArrayBuffer: (bytes: ArrayBuffer) => Buffer.from(bytes).toString() });

const object = (...names: string[]) => JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])));
const many = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `n${from + index}`);

test("names are met once; beyond the limit new ones are refused by name, and known ones still pass", () => {
  const names = new MemberNames();
  names.check(object(...many(0, 200)));
  names.check(object(...many(0, 400)));
  names.check(object(...many(0, 400)));
  const error = protocolError(() => names.check(object("n3", "brand_new", "n4")));
  assert.equal(error.code, "json-invalid");
  assert.match(error.message, /no more than 400 names, got "brand_new"/);
  names.check(object("n3", "n4"));
});

test("spaces before the colon hide no name; colons inside of texts are none", () => {
  const names = new MemberNames();
  names.check(object(...many(0, 400)));
  assert.equal(protocolError(() => names.check('{"new" \n\t: 1}')).code, "json-invalid");
  names.check('{"n1":"at 12:30: go to http://a.b:80/"}');
});

test("a text of colons is refused", () => {
  assert.equal(protocolError(() => new MemberNames().check(":".repeat(5000))).code, "json-invalid");
});

test("any text passes, or is refused with a ProtocolError", () => {
  const names = new MemberNames();
  fc.assert(
    fc.property(fc.string(), (text) => {
      valueOrProtocolError(() => names.check(text));
    }),
  );
  fc.assert(
    fc.property(fc.json(), (text) => {
      valueOrProtocolError(() => names.check(text));
    }),
  );
});
