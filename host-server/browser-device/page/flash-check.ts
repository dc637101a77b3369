/** What the server says of an image, as it signed it. */
export interface FlashManifest {
  readonly name: string;
  readonly version: string;
  readonly board: string;
  readonly new_install_prompt_erase: boolean;
  readonly builds: readonly [{ readonly chipFamily: string; readonly parts: readonly FlashPart[] }];
}

export interface FlashPart {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** `flash-signature`: not what this server signed; `flash-part`: a part is another one; `flash-old-browser`. */
export class FlashCheckError extends Error {
  override readonly name = "FlashCheckError";
  readonly code: string;

  constructor(code: string, what: string) {
    super(what);
    this.code = code;
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads a manifest, if the key's owner signed it.
 *
 * @param key 32 bytes, in base64; so is the signature
 * @throws FlashCheckError
 */
export async function checkManifest(manifest: Bytes, signature: string, key: string): Promise<FlashManifest> {
  const isSigned = await verify(manifest, bytesOf(signature), bytesOf(key));
  if (!isSigned) throw new FlashCheckError("flash-signature", "manifest.json");
  return JSON.parse(new TextDecoder().decode(manifest)) as FlashManifest;
}

/** @throws FlashCheckError */
export async function checkPart({ path, bytes, sha256 }: FlashPart, content: Bytes): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (content.byteLength !== bytes || found !== sha256) throw new FlashCheckError("flash-part", path);
}

async function verify(manifest: Bytes, signature: Bytes, key: Bytes): Promise<boolean> {
  const owner = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]).catch(() => undefined);
  // Browsers have it since 2025.
  if (!owner) throw new FlashCheckError("flash-old-browser", "Ed25519");
  return crypto.subtle.verify("Ed25519", owner, signature, manifest);
}

function bytesOf(base64: string): Bytes {
  try {
    return Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}
