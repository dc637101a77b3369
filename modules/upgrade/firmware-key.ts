import { fromHex } from "../../protocol/hex.ts";
import { P256_BYTES } from "../io/crypto/p256.ts";

/** A build whose key is no key must not take any image for signed. */
export class FirmwareKeyError extends Error {
  override readonly name = "FirmwareKeyError";
  readonly code = "firmware-key-invalid";
}

/**
 * The key of a build's `firmwareKey`, 128 hexadecimal digits; undefined for "", a build that takes unsigned images.
 *
 * @throws FirmwareKeyError for anything else
 */
export function readFirmwareKey(text: string): Uint8Array | undefined {
  if (text === "") return undefined;
  const key = fromHex(text, P256_BYTES);
  if (key) return key;
  throw new FirmwareKeyError(
    `firmwareKey: expected ${2 * P256_BYTES} hexadecimal digits, got ${text.length} characters`,
  );
}
