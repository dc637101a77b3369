import Resource from "Resource";
import { type Certificate, chainFault } from "modules/tls/chain";
import { isSigned } from "modules/tls/signature";
import { frozen } from "protocol/frozen";
import X509, { type PublicKey, type SignedBytes } from "x509";

export interface CertificateOptions {
  /** DER of an own authority. */
  readonly certificate?: ArrayBuffer;
}

const BASIC_CONSTRAINTS = frozen([2, 5, 29, 19]);
const BOOLEAN = 1;
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const KEY_ID_BYTES = 20;

/** One certificate, decoded as far as it is asked for. */
class DerCertificate implements Certificate<DerCertificate> {
  readonly #der: Uint8Array;
  readonly #signed: SignedBytes & { readonly spki: PublicKey };
  readonly from: number;
  readonly to: number;

  constructor(der: Uint8Array) {
    this.#der = der;
    this.#signed = X509.decode(der);
    const { from, to } = X509.decodeTBS(this.#signed.tbs).validity;
    this.from = from;
    this.to = to;
  }

  get key(): PublicKey {
    return this.#signed.spki;
  }

  get isAuthority(): boolean {
    const content = X509.decodeExtension(this.#der, BASIC_CONSTRAINTS);
    if (!content) return false;
    const [, , type, , value] = new Uint8Array(content);
    return type === BOOLEAN && value !== 0;
  }

  get names(): readonly string[] {
    const names: string[] = [];
    for (const { tag, value } of X509.decodeSAN(this.#der) ?? []) {
      if (tag === DNS_NAME && typeof value === "string") names.push(value);
      else if (tag === IP_ADDRESS && typeof value !== "string" && value.byteLength === 4) {
        names.push(new Uint8Array(value).join("."));
      }
    }
    return names;
  }

  /** Of the key that signed this. */
  get issuerKeyId(): Uint8Array | undefined {
    return X509.decodeAKI(this.#der);
  }

  isSignedBy(issuer: DerCertificate): boolean {
    return isSigned(this.#signed, issuer.key);
  }
}

function isAt(index: Uint8Array, from: number, id: Uint8Array): boolean {
  for (let at = 0; at < KEY_ID_BYTES; at++) if (index[from + at] !== id[at]) return false;
  return true;
}

/** The public authorities of the firmware with this key: `ca.ski` lists the keys of `ca0.der`, `ca1.der` … */
function publicAuthorities(id: Uint8Array | undefined): DerCertificate[] {
  const found: DerCertificate[] = [];
  if (id?.byteLength !== KEY_ID_BYTES) return found;
  const index = new Uint8Array(new Resource("ca.ski"));
  for (let from = 0; from < index.byteLength; from += KEY_ID_BYTES) {
    const file = `ca${from / KEY_ID_BYTES}.der`;
    if (isAt(index, from, id) && Resource.exists(file))
      found.push(new DerCertificate(new Uint8Array(new Resource(file))));
  }
  return found;
}

/**
 * Whom a device trusts, in place of the SDK's own `ssl/cert`. That one accepts a certificate that nobody has signed in
 * front of another server's genuine chain, and refuses a chain of one.
 */
export default class CertificateManager {
  readonly #authority: DerCertificate | undefined;
  #peerKey: PublicKey | undefined;

  constructor({ certificate }: CertificateOptions) {
    this.#authority = certificate && new DerCertificate(new Uint8Array(certificate));
  }

  /** Judges what a server has sent; says in the log what is wrong. */
  verify(certificates: readonly Uint8Array[], { tls_server_name: serverName }: { tls_server_name: string }): boolean {
    const chain = certificates.map((der) => new DerCertificate(der));
    const issuersOf = (certificate: DerCertificate) => this.#issuersOf(certificate);
    const fault = chainFault(chain, { serverName, now: Date.now(), issuersOf });
    if (fault) trace(`warn certificate refused host=${serverName} reason=${fault}\n`);
    this.#peerKey = fault ? undefined : chain[0]?.key;
    return !fault;
  }

  /** The SDK hands over the server's own certificate once it is trusted. */
  register(): void {}

  /** Of the server's own certificate. */
  getKey(): PublicKey {
    if (!this.#peerKey) throw new Error("no certificate was accepted");
    return this.#peerKey;
  }

  /** A device shows no certificate of its own. */
  findPreferredCert(): readonly Uint8Array[] {
    return [];
  }

  #issuersOf(certificate: DerCertificate): DerCertificate[] {
    const known = publicAuthorities(certificate.issuerKeyId);
    return this.#authority ? [this.#authority, ...known] : known;
  }
}
