import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCertificates, judge } from "../../../cli/doctor/certificates.ts";
import { credentials, type Identity, makeCertificate } from "../../../host-server/certificate/certificate.ts";
import type { Config } from "../../../host-server/config/schema.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const ROOT = makeCertificate({ name: "Home", isAuthority: true });
const BETWEEN = makeCertificate({ name: "Between", isAuthority: true, issuer: ROOT });

function own(more: Partial<Parameters<typeof makeCertificate>[0]> = {}): Identity {
  return makeCertificate({ name: "voice.home", issuer: BETWEEN, ...more });
}

function problems(certificate: Identity, ...others: Identity[]): string[] {
  const { cert, key } = credentials(certificate, ...others);
  const findings = judge(cert, key, NOW).filter(({ level }) => level === "fault" || level === "warning");
  return findings.map(({ level, text }) => `${level}: ${text}`);
}

test("a full chain that is in order has no fault, and its names and authority are told", () => {
  const { cert, key } = credentials(own(), BETWEEN, ROOT);
  const findings = judge(cert, key, NOW);
  assert.ok(findings.every(({ level }) => level === "good" || level === "note"));
  const text = findings.map((finding) => finding.text).join("\n");
  assert.match(text, /ends with Home, which signed itself/);
  assert.match(text, /for voice\.home:/);
});

test("a chain with a gap, or in another order, names who is missing", () => {
  assert.deepEqual(problems(own()), ["fault: a certificate is missing: that of Between, which signed voice.home"]);
  assert.match(problems(own(), ROOT).join(), /Home has not signed voice\.home/);
});

test("dates, names and keys are looked at", () => {
  const dated = (from: string, to: string) => problems(own({ from: new Date(from), to: new Date(to) }), BETWEEN, ROOT);
  assert.match(dated("2020-01-01", "2026-05-01").join(), /fault: voice\.home has expired/);
  assert.match(dated("2026-07-01", "2027-01-01").join(), /fault: voice\.home is good from .* is the clock set/);
  assert.deepEqual(dated("2020-01-01", "2026-06-11"), ["warning: voice.home expires in 10 days"]);
  assert.match(problems(own({ names: [] }), BETWEEN, ROOT).join(), /no name among the subject's alternative names/);
  const findings = judge(credentials(own(), BETWEEN, ROOT).cert, credentials(own()).key, NOW);
  assert.ok(findings.some(({ text }) => text === "gateway.tls_key is the key of another certificate"));
});

test("files that are missing or hold something else are a fault, and none are no finding", () => {
  const withFiles = (tls_cert: string, tls_key: string) => ({ gateway: { tls_cert, tls_key } }) as unknown as Config;
  assert.deepEqual(checkCertificates(withFiles("", ""), NOW), []);
  assert.match(checkCertificates(withFiles("/no/such.pem", ""), NOW)[0]?.text ?? "", /ENOENT/);
  assert.match(judge("nothing", "nothing", NOW)[0]?.text ?? "", /no certificate/);
});
