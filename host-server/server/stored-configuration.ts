import { readStoredConfig } from "../agents/stored-config.ts";
import { NOTHING_STORED, type StoredConfig } from "../config/stored-config.ts";
import type { Log } from "../log.ts";
import type { Storage } from "../storage/storage.ts";
import type { ServerOptions } from "./contract.ts";
import type { Configuration } from "./read-configuration.ts";

/**
 * The configuration with what the database says over what the file says, and how both are read anew. Rows that are wrong are logged,
 * and left out.
 *
 * @throws ConfigError, StorageError
 */
export async function withStoredConfig(
  { again }: Pick<Configuration, "again">,
  storage: Storage | undefined,
  log: Log,
): Promise<Pick<ServerOptions, "config"> & Required<Pick<ServerOptions, "readConfig" | "stored">>> {
  const stored = storage ? await readStoredConfig(storage) : NOTHING_STORED;
  const told = new Set<string>();
  const readConfig = (now: StoredConfig) => {
    const { config, warnings } = again(now);
    for (const warning of warnings.filter((line) => !told.has(line))) log.warn(warning);
    for (const warning of warnings) told.add(warning);
    return config;
  };
  return { config: readConfig(stored), stored, readConfig };
}
