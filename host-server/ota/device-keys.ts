import { readFileSync } from "node:fs";
import { ConfigError } from "../errors.ts";

/** Printable characters, as devices have them: 32 in the reference's, but makers may have others. */
const SERIAL = /^[!-+\--~]{4,64}$/;
const KEY = /^[0-9a-f]{64}$/i;

/** The keys of devices by their serial numbers: 32 bytes each. */
export type DeviceKeys = ReadonlyMap<string, Uint8Array>;

/**
 * Reads a file of devices' keys: in each line a serial number, a comma, and the key that the maker burned into the chip,
 * 64 hexadecimal digits. Empty lines, and those that begin with `#`, are passed over.
 *
 * @throws ConfigError `config-unreadable`, or `config-invalid` naming the line, and never a key
 */
export function readDeviceKeys(file: string): DeviceKeys {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError("config-unreadable", `config-unreadable: server.auth.device_keys: ${String(cause)}`, {
      cause,
    });
  }
  const keys = new Map<string, Uint8Array>();
  text.split(/\r?\n/).forEach((line, at) => {
    if (/^\s*(#|$)/.test(line)) return;
    const [serialNumber = "", key = "", ...rest] = line.split(",").map((field) => field.trim());
    if (rest.length > 0 || !SERIAL.test(serialNumber) || !KEY.test(key)) {
      const what = "expected a serial number, a comma and 64 hexadecimal digits";
      throw new ConfigError(
        "config-invalid",
        `config-invalid: server.auth.device_keys: ${what} (${file}, line ${at + 1})`,
      );
    }
    keys.set(serialNumber, Buffer.from(key, "hex"));
  });
  return keys;
}
