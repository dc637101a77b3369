import { toHex } from "../../protocol/hex.ts";
import type { SigningChipPart } from "../hardware/signing-chip.ts";
import type { Settings } from "./settings.ts";
import { readSigner, type Signer } from "./signer.ts";

/** Who this device is, to every server. */
export interface Identity {
  /** Hardware address, lower case with colons: `Device-Id`. */
  readonly deviceId: string;
  /** UUID version 4 (RFC 9562 §5.4), made once: `Client-Id`. */
  readonly clientId: string;
  /** Absent on devices without a serial number. */
  readonly signer?: Signer;
}

function uuid(random: (byteLength: number) => Uint8Array): string {
  const bytes = random(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const digits = toHex(bytes);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    "-",
  );
}

/** Where the platform has no address of its own: a locally administered one, kept for ever. */
function inventedAddress(random: (byteLength: number) => Uint8Array): string {
  const bytes = random(6);
  bytes[0] = ((bytes[0] as number) & 0xfc) | 0x02;
  return (toHex(bytes).match(/../g) ?? []).join(":");
}

export interface IdentityParts {
  readonly settings: Settings;
  /** Undefined where the platform has none. */
  readonly hardwareAddress: string | undefined;
  readonly signingChip: SigningChipPart | undefined;
  readonly random: (byteLength: number) => Uint8Array;
}

/** The device's identity, made at its first boot. */
export function readIdentity({ settings, hardwareAddress, signingChip, random }: IdentityParts): Identity {
  const signer = readSigner(signingChip, settings);
  return {
    deviceId: hardwareAddress ?? settings.identity("mac", () => inventedAddress(random)),
    clientId: settings.identity("uuid", () => uuid(random)),
    ...(signer && { signer }),
  };
}
