import { type ConfigUpdate, updateConfig } from "../config/live.ts";
import type { Config } from "../config/schema.ts";
import { NOTHING_STORED, type StoredConfig } from "../config/stored-config.ts";
import { AppError } from "../errors.ts";
import type { ServerOptions } from "./contract.ts";

/** The configuration of a running server, which may be read anew. */
export class RunningConfig {
  readonly #options: Pick<ServerOptions, "readConfig" | "log">;
  readonly #onUpdate: (config: Config) => void;
  #now: Config;
  #stored: StoredConfig;

  /** `onUpdate` takes over what can take effect in a running server. */
  constructor(
    { config, stored, ...options }: Pick<ServerOptions, "config" | "stored" | "readConfig" | "log">,
    onUpdate: (config: Config) => void,
  ) {
    this.#options = options;
    this.#onUpdate = onUpdate;
    this.#now = config;
    this.#stored = stored ?? NOTHING_STORED;
  }

  get now(): Config {
    return this.#now;
  }

  /** What of the database it was made of. */
  get stored(): StoredConfig {
    return this.#stored;
  }

  /** Reads everything anew. @throws AppError `config-fixed`, ConfigError: then everything stays as it was */
  reload(): Pick<ConfigUpdate, "applied" | "waiting"> {
    const { readConfig, log } = this.#options;
    if (!readConfig) throw new AppError("config-fixed", "config-fixed: this server has no configuration file");
    const { config, applied, waiting } = updateConfig(this.#now, readConfig(this.#stored));
    this.#now = config;
    this.#onUpdate(config);
    log.info({ applied, waiting }, "configuration read anew; what waits takes effect at the next start");
    return { applied, waiting };
  }

  /** The database says something else than before. A file that is broken meanwhile leaves everything as it is. */
  take(stored: StoredConfig): void {
    this.#stored = stored;
    if (!this.#options.readConfig) return;
    try {
      this.reload();
    } catch (error) {
      this.#options.log.error({ error }, "the configuration cannot be read anew: it stays as it was");
    }
  }
}
