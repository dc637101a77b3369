import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { credentials, type Identity, makeCertificate } from "../certificate/certificate.ts";

/** From the beginning of time: in a home without the internet nobody tells a device the date. */
const FROM = new Date("1970-01-01T00:00:00Z");
const AUTHORITY_FILE = ".tls-authority.pem";
const AUTHORITY_NAME = "XiaoZhi of this home";

/** Files that a server has made for itself. */
export interface OwnCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  /** Of the authority, DER: what devices are told once, and trust from then on. */
  readonly authority: Uint8Array;
}

/**
 * An authority of this server's own, made once, and a certificate by it for the names under which devices reach this computer,
 * made anew when the names change. The files lie in `folder`; only their owner may read them.
 */
export function ownCertificate(folder: string, names: readonly string[]): OwnCertificate {
  const authority = ownAuthority(folder);
  const { certFile, keyFile } = ownFiles(folder);
  if (!existsSync(keyFile) || !isGood(certFile, names)) {
    const { key, cert } = credentials(makeCertificate({ name: "XiaoZhi", names, issuer: authority, from: FROM }));
    writeFileSync(keyFile, key, { mode: 0o600 });
    writeFileSync(certFile, cert, { mode: 0o600 });
  }
  return { certFile, keyFile, authority: authority.der };
}

/** Where the certificate by the own authority lies, and its key. */
export function ownFiles(folder: string): Pick<OwnCertificate, "certFile" | "keyFile"> {
  return { certFile: join(folder, ".tls-cert.pem"), keyFile: join(folder, ".tls-key.pem") };
}

/** The file of a server's own authority: its key, and its certificate. */
export function ownAuthorityFile(folder: string): string {
  return join(folder, AUTHORITY_FILE);
}

/** The authority whose files lie in `folder`; made when there is none. */
export function ownAuthority(folder: string): Identity {
  mkdirSync(folder, { recursive: true });
  const file = ownAuthorityFile(folder);
  if (existsSync(file)) {
    return authorityIn(readFileSync(file, "utf8"));
  }
  const made = makeCertificate({ name: AUTHORITY_NAME, isAuthority: true, from: FROM });
  const { key, cert } = credentials(made);
  writeFileSync(file, key + cert, { mode: 0o600 });
  return made;
}

/** An authority from a PEM text with its key and its certificate; without a name when it has more than a common one. @throws Error when either is missing, or is none */
export function authorityIn(pem: string): Identity {
  const certificate = new X509Certificate(pem.slice(Math.max(0, pem.indexOf("-----BEGIN CERTIFICATE"))));
  const key = createPrivateKey(pem);
  if (!certificate.checkPrivateKey(key)) throw new Error("the key does not belong to the certificate");
  const name = /^CN=(.*)$/.exec(certificate.subject)?.[1] ?? "";
  return { name, der: certificate.raw, pem: certificate.toString(), key };
}

function isGood(certFile: string, names: readonly string[]): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(certFile));
    const isFor = (name: string) => (certificate.checkIP(name) ?? certificate.checkHost(name)) !== undefined;
    return names.every(isFor);
  } catch {
    // A file that is none of ours is written anew.
    return false;
  }
}
