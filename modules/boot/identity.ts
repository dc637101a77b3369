import type { Settings } from "./settings.ts";

/** Who this device is, to every server. */
export interface Identity {
  /** Hardware address, lower case with colons: `Device-Id`. */
  readonly deviceId: string;
  /** UUID version 4 (RFC 9562 §5.4), made once: `Client-Id`. */
  readonly clientId: string;
}

function hex(bytes: Uint8Array): string[] {
  const pairs: string[] = [];
  for (const byte of bytes) pairs.push(byte.toString(16).padStart(2, "0"));
  return pairs;
}

function uuid(random: (byteLength: number) => Uint8Array): string {
  const bytes = random(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const digits = hex(bytes).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    "-",
  );
}

/** Where the platform has no address of its own: a locally administered one, kept for ever. */
function inventedAddress(random: (byteLength: number) => Uint8Array): string {
  const bytes = random(6);
  bytes[0] = ((bytes[0] as number) & 0xfc) | 0x02;
  return hex(bytes).join(":");
}

/** The device's identity, made at its first boot. */
export function readIdentity(
  settings: Settings,
  hardwareAddress: string | undefined,
  random: (byteLength: number) => Uint8Array,
): Identity {
  return {
    deviceId: hardwareAddress ?? settings.identity("mac", () => inventedAddress(random)),
    clientId: settings.identity("uuid", () => uuid(random)),
  };
}
