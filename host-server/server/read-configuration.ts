import { dirname, join } from "node:path";
import { systemClock } from "../clock.ts";
import { type LoadedConfig, loadConfig } from "../config/load.ts";
import { NOTHING_STORED, type StoredConfig } from "../config/stored-config.ts";
import { ConfigError } from "../errors.ts";
import { loadProviderFiles, type ProviderFileReport } from "../providers/files/provider-files.ts";
import { providers, type Registry } from "../providers/registry.ts";
import { builtInPlugins } from "../tools/built-in-plugins.ts";

/** A configuration, with the providers that it may name. */
export interface Configuration extends LoadedConfig {
  readonly registry: Registry;
  /** Why files of providers are left out; `warnings` has them, too. */
  readonly problems: readonly string[];
  /** Reads the file anew, for the same providers, with what a database says. @throws ConfigError */
  again(stored?: StoredConfig): LoadedConfig;
}

/** Every provider that a configuration file may name: the server's, and those of the folder `providers` beside the file. */
export function providersFor(path: string): ReturnType<typeof loadProviderFiles> {
  return loadProviderFiles(join(dirname(path), "providers"), providers, systemClock);
}

/**
 * Reads a configuration file, and the providers of one's own that lie beside it.
 *
 * @throws ConfigError `config-invalid`, naming everything that is wrong, with files of providers that are left out
 */
export async function readConfiguration(path: string): Promise<Configuration> {
  const { registry, files } = await providersFor(path);
  const problems = problemsOf(files);
  const plugins = Object.fromEntries(Object.entries(builtInPlugins).map(([name, { settings }]) => [name, settings]));
  const read = (stored = NOTHING_STORED) =>
    loadConfig({ path, env: process.env, providers: registry, stored, plugins });
  try {
    const { config, warnings } = read();
    return { config, warnings: [...problems, ...warnings], registry, problems, again: read };
  } catch (error) {
    if (!(error instanceof ConfigError) || problems.length === 0) throw error;
    throw new ConfigError(error.code, [error.message, ...problems].join("\n"), { cause: error });
  }
}

function problemsOf(files: readonly ProviderFileReport[]): string[] {
  return files.flatMap(({ file, problem }) => (problem === undefined ? [] : [`${file} is left out: ${problem}`]));
}
