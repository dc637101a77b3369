import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { openReferenceToken, sealReferenceToken } from "../../../host-server/mcp-endpoint/tokens/reference-token.ts";
import { RevokedTokens } from "../../../host-server/mcp-endpoint/tokens/revoked-tokens.ts";
import { issueToken, readToken } from "../../../host-server/mcp-endpoint/tokens/token.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const rules = { key: KEY, acceptsReference: true, now: () => 1_000_000, isRevoked: () => false };

test("a token of the reference's console is read as another program made it", () => {
  // AES-256-ECB with PKCS#7 padding, by the openssl program.
  const sealed = execFileSync("openssl", ["enc", "-aes-256-ecb", "-K", Buffer.from(KEY).toString("hex"), "-a", "-A"], {
    input: '{"agentId": "0cc175b9c0f1b6a831c399e269772661"}',
  }).toString();
  assert.equal(readToken(sealed, "tool", rules), "0cc175b9c0f1b6a831c399e269772661");
  assert.equal(readToken(sealed, "caller", rules), "0cc175b9c0f1b6a831c399e269772661");
  assert.equal(readToken(sealed.replaceAll("+", " "), "tool", rules), "0cc175b9c0f1b6a831c399e269772661");
  assert.equal(sealReferenceToken(KEY, "0cc175b9c0f1b6a831c399e269772661"), sealed);
  assert.throws(() => readToken(sealed, "tool", { ...rules, acceptsReference: false }), /not accepted here/);
});

test("keys of any length seal and open, as the reference pads and cuts them", () => {
  for (const length of [1, 15, 16, 20, 24, 31, 32, 43]) {
    const key = "k".repeat(length);
    assert.equal(openReferenceToken(key, sealReferenceToken(key, "agent")), "agent");
  }
  assert.equal(openReferenceToken(`${KEY}more`, sealReferenceToken(KEY, "agent")), "agent");
});

test("our own tokens open only their side, only for their time, and only while they are not revoked", () => {
  const { id, token } = issueToken(KEY, { agent: "a", roles: ["tool"], days: 1 }, 1_000_000);
  assert.equal(readToken(token, "tool", rules), "a");
  assert.throws(() => readToken(token, "caller", rules), { message: "the token is for tool, not for caller" });
  const tomorrow = { ...rules, now: () => 1_000_000 + 86_400_000 };
  assert.throws(() => readToken(token, "tool", tomorrow), /the token expired at 1970-01-02T00:16:40/);
  const revoked = { ...rules, isRevoked: (other: string) => other === id };
  assert.throws(() => readToken(token, "tool", revoked), { message: `the token ${id} has been revoked` });
  assert.throws(() => readToken(token, "tool", { ...rules, key: "another" }), /not made with this endpoint's key/);
});

test("a token that was changed anywhere, or is none, lets nobody in", () => {
  const { token } = issueToken(KEY, { agent: "a", roles: ["tool"] }, 0);
  for (let at = 0; at < token.length; at++) {
    const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
    // The last letter of base64 holds bits that mean nothing.
    if (
      Buffer.from(changed.split(".")[2] ?? "", "base64url").equals(Buffer.from(token.split(".")[2] ?? "", "base64url"))
    )
      continue;
    assert.throws(() => readToken(changed, "tool", rules), Error, `letter ${at}`);
  }
  assert.throws(() => readToken("", "tool", rules), /a token is missing/);
  fc.assert(fc.property(fc.string(), (text) => void assert.throws(() => readToken(text, "tool", rules), Error)));
});

test("what was revoked is so at once, also for others that use the file, and an unreadable file lets nobody in", () => {
  const folder = mkdtempSync(join(tmpdir(), "xiaozhi-tokens-"));
  try {
    const [ours, theirs] = [new RevokedTokens(folder), new RevokedTokens(folder)];
    assert.equal(ours.has("1"), false);
    theirs.add("1");
    theirs.add("2");
    assert.deepEqual([ours.has("1"), ours.has("2"), ours.has("3")], [true, true, false]);
    writeFileSync(join(folder, ".mcp-endpoint-revoked.json"), "{ what");
    assert.throws(() => ours.has("3"), { code: "revoked-unreadable" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
