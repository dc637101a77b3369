import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../errors.ts";
import { weaknessOfKey } from "./mqtt-credentials.ts";

const FILE = ".mqtt-key";

/**
 * The key of MQTT logins that this server made for itself, the same after each start: devices keep their logins. It lies in
 * a file that only its owner may read.
 *
 * @throws ConfigError `config-unreadable` when the file can be neither read nor made
 */
export function keptKey(folder: string): string {
  const path = join(folder, FILE);
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
