import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";

export interface Trust {
  /** The name or IPv4 address that the peer must be. */
  serverName: string | undefined;
  /** Given by the program, beside the well-known ones. */
  authorities: readonly X509Certificate[];
  /** By the device's clock, in milliseconds since the Unix epoch. */
  now: number;
}

let wellKnown: Map<string, X509Certificate[]> | undefined;

/** The public authorities of this Node by their names. A device has those of the SDK that its manifest lists. */
function publicAuthorities(name: string): readonly X509Certificate[] {
  if (!wellKnown) {
    wellKnown = new Map();
    for (const pem of rootCertificates) {
      const certificate = new X509Certificate(pem);
      wellKnown.set(certificate.subject, [...(wellKnown.get(certificate.subject) ?? []), certificate]);
    }
  }
  return wellKnown.get(name) ?? [];
}

function isFor(certificate: X509Certificate, serverName: string): boolean {
  if (isIP(serverName)) return certificate.checkIP(serverName) !== undefined;
  return certificate.checkHost(serverName, { subject: "never", partialWildcards: false }) !== undefined;
}

function dateFault(certificate: X509Certificate, now: number): string | undefined {
  if (now < certificate.validFromDate.getTime()) return "a certificate is not valid yet: is the clock set?";
  return now > certificate.validToDate.getTime() ? "a certificate has expired" : undefined;
}

function isTrusted(certificate: X509Certificate, { authorities, now }: Trust): boolean {
  return [...authorities, ...publicAuthorities(certificate.issuer)].some(
    (authority) => !dateFault(authority, now) && certificate.verify(authority.publicKey),
  );
}

/**
 * Why a device refuses these certificates, the peer's own first; undefined when it does not. This is the rule of the
 * firmware's `modules/tls/chain`, which takes the place of the SDK's.
 */
export function chainFault(chain: readonly X509Certificate[], trust: Trust): string | undefined {
  const { serverName, now } = trust;
  if (!serverName) return "no name to compare";
  const [own] = chain;
  if (!own) return "no certificate";
  if (!isFor(own, serverName)) return `the certificate is for ${own.subjectAltName ?? "no name"}`;
  for (const [index, certificate] of chain.entries()) {
    const fault = dateFault(certificate, now);
    if (fault) return fault;
    if (isTrusted(certificate, trust)) return undefined;
    const next = chain[index + 1];
    if (!next) return "the authority is not known, or a certificate between is missing";
    if (!next.ca || !certificate.verify(next.publicKey)) return "the certificates do not follow from each other";
  }
  return undefined;
}
