/** What the check of a chain asks of one certificate. Times are ms since the Unix epoch. */
export interface Certificate<C> {
  readonly from: number;
  readonly to: number;
  /** Whether it may sign others (basic constraints, RFC 5280 §4.2.1.9). */
  readonly isAuthority: boolean;
  /** DNS names and IPv4 addresses that it is for; a name may begin with `*.`. */
  readonly names: readonly string[];
  isSignedBy(issuer: C): boolean;
}

export interface Trust<C> {
  /** The name or IPv4 address that the peer must be. */
  readonly serverName: string;
  /** By the device's clock. */
  readonly now: number;
  /** The trusted certificates that may have signed this one. */
  readonly issuersOf: (certificate: C) => Iterable<C>;
}

/** Each signature costs a device up to a second; no public chain is longer than four. */
const MAX_CERTIFICATES = 6;

/** RFC 6125 §6.4.3: a star stands for the whole first label, and for one label only. */
function isNamed(pattern: string, serverName: string): boolean {
  const [name, wanted] = [pattern.toLowerCase(), serverName.toLowerCase()];
  if (!name.startsWith("*.")) return name === wanted;
  const dot = wanted.indexOf(".");
  return dot > 0 && wanted.slice(dot) === name.slice(1);
}

function dateFault({ from, to }: Pick<Certificate<unknown>, "from" | "to">, now: number): string | undefined {
  if (now < from) return "a certificate is not valid yet: is the clock set?";
  return now > to ? "a certificate has expired" : undefined;
}

/**
 * Why a server is not who it says (RFC 5280 §6.1, as far as devices need it); undefined when it is. `chain` is what the
 * server sent, its own certificate first: that one must be for the name, and each must be signed by the next until one
 * is signed by a certificate that is trusted.
 */
export function chainFault<C extends Certificate<C>>(
  chain: readonly C[],
  { serverName, now, issuersOf }: Trust<C>,
): string | undefined {
  const [own] = chain;
  if (!own) return "no certificate";
  if (chain.length > MAX_CERTIFICATES) return `more than ${MAX_CERTIFICATES} certificates`;
  if (!own.names.some((name) => isNamed(name, serverName))) {
    return `the certificate is for ${own.names.join(", ") || "no name"}`;
  }
  for (const [index, certificate] of chain.entries()) {
    const fault = dateFault(certificate, now);
    if (fault) return fault;
    for (const issuer of issuersOf(certificate)) {
      if (!dateFault(issuer, now) && certificate.isSignedBy(issuer)) return undefined;
    }
    const next = chain[index + 1];
    if (!next) return "the authority is not known, or a certificate between is missing";
    if (!next.isAuthority || !certificate.isSignedBy(next)) return "the certificates do not follow from each other";
  }
  return undefined;
}
