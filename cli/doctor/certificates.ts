import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { Config } from "../../host-server/config/schema.ts";
import type { Finding } from "./finding.ts";

const topic = "Certificates";
const DAY_MS = 86_400_000;
/** Days before its end from which a certificate is worth a warning: renewals come a month before. */
const SOON_DAYS = 21;
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificate that the gateway shows, as a device will judge it. */
export function checkCertificates({ gateway }: Config, now: number): Finding[] {
  const { tls_cert: certFile, tls_key: keyFile } = gateway;
  if (certFile === "" && keyFile === "") return [];
  try {
    return judge(readFileSync(certFile, "utf8"), readFileSync(keyFile, "utf8"), now);
  } catch (error) {
    const text = `gateway.tls_cert, gateway.tls_key: ${(error as Error).message}`;
    return [{ topic, level: "fault", text }];
  }
}

/**
 * What is wrong with a certificate and those that lead to its root.
 *
 * @param certText the certificates in PEM, the server's own first
 */
export function judge(certText: string, keyText: string, now: number): Finding[] {
  const chain = (certText.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
  const [own] = chain;
  if (!own) return [{ topic, level: "fault", text: "gateway.tls_cert holds no certificate (PEM)" }];
  const findings = chain.flatMap((certificate) => datesOf(certificate, now));
  if (!own.checkPrivateKey(createPrivateKey(keyText))) {
    findings.push({ topic, level: "fault", text: "gateway.tls_key is the key of another certificate" });
  }
  return [...findings, chainOf(chain), namesOf(own)];
}

function datesOf(certificate: X509Certificate, now: number): Finding[] {
  const name = shortName(certificate.subject);
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const days = Math.floor((to - now) / DAY_MS);
  if (now < from)
    return [{ topic, level: "fault", text: `${name} is good from ${certificate.validFrom} on: is the clock set?` }];
  if (now > to)
    return [{ topic, level: "fault", text: `${name} has expired: ${certificate.validTo}`, advice: "renew it" }];
  if (days < SOON_DAYS)
    return [{ topic, level: "warning", text: `${name} expires in ${days} days`, advice: "renew it" }];
  return [{ topic, level: "good", text: `${name} is good for ${days} days` }];
}

/** A device wants every certificate between the server's and the authority's. */
function chainOf(chain: readonly X509Certificate[]): Finding {
  for (const [at, certificate] of chain.entries()) {
    const next = chain[at + 1];
    if (next && !isIssuedBy(certificate, next)) {
      const text = `the certificates do not follow from each other: ${shortName(next.subject)} has not signed ${shortName(certificate.subject)}`;
      return { topic, level: "fault", text, advice: "the server's own comes first, then each one's signer" };
    }
  }
  const last = chain.at(-1) as X509Certificate;
  const root = roots().find((candidate) => isIssuedBy(last, candidate));
  if (root) return { topic, level: "good", text: `the chain leads to ${shortName(root.subject)}` };
  if (isIssuedBy(last, last)) {
    const text = `the chain ends with ${shortName(last.subject)}, which signed itself: only devices that have it trust it`;
    return { topic, level: "note", text, advice: "docs/tls.md, who is trusted" };
  }
  const text = `a certificate is missing: that of ${shortName(last.issuer)}, which signed ${shortName(last.subject)}`;
  return { topic, level: "fault", text, advice: "give the full chain (fullchain.pem, not cert.pem)" };
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function namesOf({ subjectAltName }: X509Certificate): Finding {
  const names = (subjectAltName ?? "").split(", ").map((name) => name.replace(/^(DNS|IP Address):/, ""));
  if (subjectAltName === undefined) {
    const text = "there is no name among the subject's alternative names: devices do not look at the common name";
    return { topic, level: "fault", text };
  }
  return { topic, level: "good", text: `for ${names.join(", ")}: devices must be given one of these names` };
}

let knownRoots: readonly X509Certificate[] | undefined;

function roots(): readonly X509Certificate[] {
  knownRoots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  return knownRoots;
}

function shortName(name: string): string {
  return /(?:^|\n)CN=([^\n]+)/.exec(name)?.[1] ?? name.replaceAll("\n", ", ");
}
