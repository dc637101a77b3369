import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { type Identity, makeCertificate } from "../../host-server/certificate/certificate.ts";
import { type Certificate, chainFault } from "../../modules/tls/chain.ts";

const NOW = Date.UTC(2026, 5, 1);

/** A certificate in the form that the device's check asks for, decoded by Node. */
class NodeCertificate implements Certificate<NodeCertificate> {
  readonly #x509: X509Certificate;

  constructor({ der }: Identity) {
    this.#x509 = new X509Certificate(der);
  }

  get from(): number {
    return this.#x509.validFromDate.getTime();
  }

  get to(): number {
    return this.#x509.validToDate.getTime();
  }

  get isAuthority(): boolean {
    return this.#x509.ca;
  }

  get names(): string[] {
    const names = this.#x509.subjectAltName?.split(", ") ?? [];
    return names.map((name) => name.replace(/^(DNS|IP Address):/, ""));
  }

  isSignedBy(issuer: NodeCertificate): boolean {
    return this.#x509.verify(issuer.#x509.publicKey);
  }
}

interface Case {
  readonly serverName?: string;
  readonly now?: number;
  readonly trusted?: readonly Identity[];
}

const root = makeCertificate({ name: "root", isAuthority: true });
const middle = makeCertificate({ name: "middle", issuer: root, isAuthority: true });
const server = makeCertificate({ name: "server.test", issuer: middle });
const direct = makeCertificate({ name: "server.test", issuer: root });
const selfSigned = makeCertificate({ name: "server.test" });

function check(chain: readonly Identity[], { serverName = "server.test", now = NOW, trusted = [root] }: Case = {}) {
  const anchors = trusted.map((identity) => new NodeCertificate(identity));
  return chainFault(
    chain.map((identity) => new NodeCertificate(identity)),
    { serverName, now, issuersOf: () => anchors },
  );
}

test("a chain up to a trusted authority is accepted, with or without that authority itself", () => {
  for (const chain of [[server, middle], [server, middle, root], [direct, root], [direct]]) {
    assert.equal(check(chain), undefined);
  }
});

test("an authority between may be the trusted one, and so may the server's own certificate that signed itself", () => {
  assert.equal(check([server, middle], { trusted: [middle] }), undefined);
  assert.equal(check([server], { trusted: [middle] }), undefined);
  assert.equal(check([selfSigned], { trusted: [selfSigned] }), undefined);
});

test("a certificate that nobody signed is refused in front of another server's genuine chain", () => {
  const genuine = makeCertificate({ name: "other.test", issuer: middle });
  assert.match(check([selfSigned, genuine, middle, root]) ?? "", /do not follow/);
  assert.match(check([selfSigned, middle, root]) ?? "", /do not follow/);
  const stolenName = makeCertificate({ name: "server.test", issuer: genuine });
  assert.match(check([stolenName, genuine, middle, root]) ?? "", /do not follow/, "its signer is no authority");
});

test("names: of the first certificate only, whole or with a star for one label, or an address", () => {
  const named = (...names: string[]) => [makeCertificate({ name: "n", names, issuer: root }), root];
  assert.equal(check(named("a.test", "SERVER.test")), undefined);
  assert.equal(check(named("*.server.test"), { serverName: "api.server.test" }), undefined);
  assert.equal(check(named("10.1.2.3"), { serverName: "10.1.2.3" }), undefined);
  for (const [name, serverName] of [
    ["*.server.test", "server.test"],
    ["*.server.test", "a.b.server.test"],
    ["*", "test"],
    ["*.test", ".test"],
    ["a*.server.test", "api.server.test"],
    ["server.test.evil", "server.test"],
  ] as const) {
    assert.match(check(named(name), { serverName }) ?? "", /the certificate is for/, `${name} for ${serverName}`);
  }
  const ca = makeCertificate({ name: "ca", names: ["server.test"], issuer: root, isAuthority: true });
  assert.match(check([makeCertificate({ name: "else.test", issuer: ca }), ca]) ?? "", /is for else\.test/);
});

test("dates count for every certificate, also for the trusted one", () => {
  const [from, to] = [new Date(NOW - 1000), new Date(NOW + 1000)];
  const brief = makeCertificate({ name: "server.test", issuer: root, from, to });
  const briefRoot = makeCertificate({ name: "brief", isAuthority: true, from, to });
  const signed = makeCertificate({ name: "server.test", issuer: briefRoot });
  for (const [chain, trusted] of [
    [[brief], [root]],
    [[signed, briefRoot], [briefRoot]],
  ] as const) {
    assert.equal(check(chain, { trusted }), undefined);
    assert.match(check(chain, { trusted, now: NOW + 5000 }) ?? "", /expired/);
    assert.match(check(chain, { trusted, now: NOW - 5000 }) ?? "", /not valid yet/);
  }
  assert.match(check([signed], { trusted: [briefRoot], now: NOW + 5000 }) ?? "", /authority is not known/);
});

test("no certificate, an unknown authority, a gap, and a chain without end are refused", () => {
  assert.match(check([]) ?? "", /no certificate/);
  assert.match(check([selfSigned]) ?? "", /authority is not known/);
  assert.match(check([server]) ?? "", /between is missing/);
  assert.match(check([server, root]) ?? "", /do not follow/);
  assert.match(check(Array(7).fill(direct)) ?? "", /more than 6/);
});
