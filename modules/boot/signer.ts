import { fromHex, toHex } from "../../protocol/hex.ts";
import type { SigningChipPart } from "../hardware/signing-chip.ts";
import { hmacSha256 } from "../io/crypto/hmac.ts";
import { log, reason } from "../system/log.ts";
import type { Settings } from "./settings.ts";

/** Proves to a server that the device is one of those that it knows by their serial numbers. */
export interface Signer {
  /** 32 printable characters. */
  readonly serialNumber: string;
  /** HMAC-SHA256 of the challenge as 64 hexadecimal digits in lower case. */
  readonly sign: (challenge: string) => string;
}

const SERIAL_CHARACTERS = 32;
const KEY_BYTES = 32;

/** Goes out as a header, so nothing that could end one. */
const SERIAL_PATTERN = /^[!-~]{32}$/;

/** Whether servers take this serial number; if not, the log says so, and not what it is. */
function isUsable(serialNumber: string | undefined): serialNumber is string {
  if (!serialNumber) return false;
  if (SERIAL_PATTERN.test(serialNumber)) return true;
  const expected = `${SERIAL_CHARACTERS} printable characters`;
  log.warn("serial number ignored", { expected, characters: serialNumber.length });
  return false;
}

function fromChip(chip: SigningChipPart): Signer | undefined {
  try {
    const serialNumber = chip.serialNumber();
    return isUsable(serialNumber) ? { serialNumber, sign: (challenge) => chip.sign(challenge) } : undefined;
  } catch (error) {
    log.warn("serial number unreadable", { reason: reason(error) });
    return undefined;
  }
}

function fromSettings({ factory: { serialNumber, hmacKey } }: Settings): Signer | undefined {
  if (!isUsable(serialNumber)) return undefined;
  const key = fromHex(hmacKey, KEY_BYTES);
  if (!key) {
    log.warn("serial number ignored: its key is not one", { expectedDigits: 2 * KEY_BYTES, digits: hmacKey.length });
    return undefined;
  }
  return { serialNumber, sign: (challenge) => toHex(hmacSha256(key, challenge)) };
}

/**
 * The device's serial number and key: the board's own, else those that its maker has written to the settings. Most
 * devices have none, and are known by their address alone.
 */
export function readSigner(chip: SigningChipPart | undefined, settings: Settings): Signer | undefined {
  return (chip && fromChip(chip)) ?? fromSettings(settings);
}
