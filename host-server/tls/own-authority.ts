import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { credentials, type Identity, makeCertificate } from "../certificate/certificate.ts";

/** From the beginning of time: in a home without the internet nobody tells a device the date. */
const FROM = new Date("1970-01-01T00:00:00Z");
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
  mkdirSync(folder, { recursive: true });
  const authority = keptAuthority(join(folder, ".tls-authority.pem"));
  const [certFile, keyFile] = [join(folder, ".tls-cert.pem"), join(folder, ".tls-key.pem")];
  if (!existsSync(keyFile) || !isGood(certFile, names)) {
    const { key, cert } = credentials(makeCertificate({ name: "XiaoZhi", names, issuer: authority, from: FROM }));
    writeFileSync(keyFile, key, { mode: 0o600 });
    writeFileSync(certFile, cert, { mode: 0o600 });
  }
  return { certFile, keyFile, authority: authority.der };
}

function keptAuthority(file: string): Identity {
  if (existsSync(file)) {
    const pem = readFileSync(file, "utf8");
    const certificate = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE")));
    return { name: AUTHORITY_NAME, der: certificate.raw, pem: certificate.toString(), key: createPrivateKey(pem) };
  }
  const made = makeCertificate({ name: AUTHORITY_NAME, isAuthority: true, from: FROM });
  const { key, cert } = credentials(made);
  writeFileSync(file, key + cert, { mode: 0o600 });
  return made;
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
