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

export function isValidAt(certificate: X509Certificate, now: number): boolean {
  return certificate.validFromDate.getTime() < now && now < certificate.validToDate.getTime();
}

function isFor(certificate: X509Certificate, serverName: string): boolean {
  if (isIP(serverName)) return certificate.checkIP(serverName) !== undefined;
  return certificate.checkHost(serverName, { subject: "never", partialWildcards: false }) !== undefined;
}

function isTrusted(certificate: X509Certificate, { authorities, now }: Trust): boolean {
  const known = publicAuthorities(certificate.issuer).filter((authority) => isValidAt(authority, now));
  return [...authorities, ...known].some((authority) => certificate.verify(authority.publicKey));
}

/**
 * Why a device refuses these certificates, the peer's own first; undefined when it does not. As with the SDK, the name
 * counts only in a certificate that another one of the chain has signed, so that a server that sends nothing but its
 * own is refused. Stricter than the SDK alone, like the firmware: each certificate must be signed by the next one.
 */
export function chainFault(chain: readonly X509Certificate[], trust: Trust): string | undefined {
  const { serverName, now } = trust;
  if (!serverName) return "tls_server_name required";
  const [own, ...issuers] = chain;
  if (!own) return "no certificate";
  if (!chain.every((certificate) => isValidAt(certificate, now))) {
    return "date validation failed on received certificate";
  }
  for (const [index, issuer] of issuers.entries()) {
    if (!issuer.ca || !chain[index]?.verify(issuer.publicKey)) return "certificates do not follow from each other";
  }
  // One of the issuers may be known already; what comes after it does not matter.
  const candidates = issuers.length > 0 ? issuers : [own];
  if (!candidates.some((certificate) => isTrusted(certificate, trust))) return "authority unknown";
  if (issuers.length === 0 || !isFor(own, serverName)) return `subjectAltName match failed for ${serverName}`;
  return undefined;
}
