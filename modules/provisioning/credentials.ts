import { utf8Bytes } from "../../protocol/utf8.ts";
import type { SavedNetwork } from "./saved-networks.ts";

const MAX_SSID_BYTES = 32;
const MIN_PASSWORD_BYTES = 8;
const MAX_PASSWORD_BYTES = 64;

/** Why nobody needs to be asked. */
export interface CredentialFault {
  readonly code: "ssid-invalid" | "password-invalid";
  readonly text: string;
}

/** What is wrong with credentials in themselves (IEEE 802.11: a name of 32 bytes, a key of 8 to 64); undefined for nothing. */
export function credentialFault({ ssid, password }: SavedNetwork): CredentialFault | undefined {
  const nameBytes = utf8Bytes(ssid);
  if (nameBytes < 1 || nameBytes > MAX_SSID_BYTES) {
    return { code: "ssid-invalid", text: `The name must have 1 to ${MAX_SSID_BYTES} bytes, it has ${nameBytes}` };
  }
  const bytes = utf8Bytes(password);
  if (bytes === 0 || (bytes >= MIN_PASSWORD_BYTES && bytes <= MAX_PASSWORD_BYTES)) return undefined;
  const expected = `${MIN_PASSWORD_BYTES} to ${MAX_PASSWORD_BYTES} bytes`;
  return { code: "password-invalid", text: `The password must have ${expected}, it has ${bytes}` };
}
