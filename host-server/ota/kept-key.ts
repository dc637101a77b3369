import { createHmac, randomBytes } from "node:crypto";
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
 * @param shared a secret that several servers have; where there is one, the key follows from it and is the same for all of them
 * @throws ConfigError `config-unreadable` when the file can be neither read nor made
 */
export function keptKey(folder: string, file = MQTT_FILE, shared = ""): string {
  if (shared !== "") return derivedKey(file, shared);
  const path = join(folder, file);
  try {
    mkdirSync(folder, { recursive: true });
    return readKey(path) ?? makeKey(path);
  } catch (error) {
    throw new ConfigError("config-unreadable", `config-unreadable: ${path}: ${String(error)}`, { cause: error });
  }
}

function derivedKey(file: string, shared: string): string {
  for (let count = 0; ; count++) {
    const key = createHmac("sha256", shared).update(`${file} ${count}`).digest("base64url");
    if (weaknessOfKey(key) === undefined) return key;
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
