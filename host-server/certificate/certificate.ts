import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { isIP } from "node:net";
import { der } from "./der.ts";

/** A certificate with its key: what a server shows, or what signs others. */
export interface Identity {
  readonly name: string;
  readonly der: Uint8Array;
  readonly pem: string;
  readonly key: KeyObject;
}

export interface CertificateOptions {
  /** Common name; for a server also the name or IPv4 address that it is valid for, unless `names` says otherwise. */
  readonly name: string;
  readonly names?: readonly string[];
  /** Who signs; without one the certificate signs itself. */
  readonly issuer?: Identity;
  readonly isAuthority?: boolean;
  readonly from?: Date;
  readonly to?: Date;
}

const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";
const SUBJECT_KEY = "2.5.29.14";
const ALTERNATIVE_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY = "2.5.29.35";

const FROM = new Date("2020-01-01T00:00:00Z");
const TO = new Date("2090-01-01T00:00:00Z");

function distinguishedName(name: string): Uint8Array {
  return der.sequence(der.set(der.sequence(der.oid(COMMON_NAME), der.text(name))));
}

function publicKey(key: KeyObject): Uint8Array {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const point = Buffer.concat([Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  const algorithm = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.840.10045.3.1.7"));
  return der.sequence(algorithm, der.bits(point));
}

function keyId(key: KeyObject): Uint8Array {
  return createHash("sha1").update(publicKey(key)).digest();
}

function extension(oid: string, content: Uint8Array): Uint8Array {
  return der.sequence(der.oid(oid), der.bytes(content));
}

function alternativeNames(names: readonly string[]): Uint8Array {
  const parts = names.map((name) =>
    isIP(name) ? der.implicit(7, Uint8Array.from(name.split("."), Number)) : der.implicit(2, Buffer.from(name)),
  );
  return extension(ALTERNATIVE_NAME, der.sequence(...parts));
}

/** A new certificate over a new P-256 key, valid from 2020 to 2090 unless told otherwise (RFC 5280). */
export function makeCertificate(options: CertificateOptions): Identity {
  const { name, issuer, isAuthority = false, names = isAuthority ? [] : [name], from = FROM, to = TO } = options;
  const { privateKey: key } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signer = issuer?.key ?? key;
  const extensions = der.sequence(
    extension(SUBJECT_KEY, der.bytes(keyId(key))),
    extension(AUTHORITY_KEY, der.sequence(der.implicit(0, keyId(signer)))),
    ...(isAuthority ? [extension(BASIC_CONSTRAINTS, der.sequence(der.boolean(true)))] : []),
    ...(names.length > 0 ? [alternativeNames(names)] : []),
  );
  const algorithm = der.sequence(der.oid(ECDSA_SHA256));
  const content = der.sequence(
    der.tagged(0, der.integer(2)),
    der.integer(1),
    algorithm,
    distinguishedName(issuer?.name ?? name),
    der.sequence(der.time(from), der.time(to)),
    distinguishedName(name),
    publicKey(key),
    der.tagged(3, extensions),
  );
  const certificate = der.sequence(content, algorithm, der.bits(sign("sha256", content, signer)));
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString("base64")}\n-----END CERTIFICATE-----\n`;
  return { name, der: certificate, pem, key };
}

/** A key and a certificate, with those between it and its authority, as PEM. */
export interface Credentials {
  readonly key: string;
  readonly cert: string;
}

/** What a TLS server of Node needs to show these certificates, its own first. */
export function credentials(own: Identity, ...others: readonly Identity[]): Credentials {
  const key = own.key.export({ format: "pem", type: "pkcs8" }).toString();
  return { key, cert: [own, ...others].map(({ pem }) => pem).join("") };
}
