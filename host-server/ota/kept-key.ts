import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../errors.ts";
import { weaknessOfKey } from "./mqtt-credentials.ts";

/** The file with the key of MQTT logins. */
const MQTT_FILE = ".mqtt-key";

/**
 * A key that this server made for itself, the same after each start: what was made with it stays good. It lies in a file
 * that only its owner may read.
 *
 * @param file that of the MQTT logins unless given
 * @throws ConfigError `config-unreadable` when the file can be neither read nor made
 */
export function keptKey(folder: string, file = MQTT_FILE): string {
  const path = join(folder, file);
  try {
    mkdirSync(folder, { recursive: true });
    return readKey(path) ?? makeKey(path);
  } catch (error) {
    throw new ConfigError("config-unreadable", `config-unreadable: ${path}: ${String(error)}`, { cause: error });
  }
}

function readKey(path: string): string | undefined {
  try {
    const key = readFileSync(path, "utf8").trim();
    return key === "" ? undefined : key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function makeKey(path: string): string {
  let key = randomBytes(32).toString("base64url");
  while (weaknessOfKey(key) !== undefined) key = randomBytes(32).toString("base64url");
  writeFileSync(path, `${key}\n`, { mode: 0o600 });
  return key;
}
