import { readFileSync } from "node:fs";
import { shown } from "../../protocol/errors.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { ConfigError } from "../errors.ts";
import { LOG_LEVELS } from "../log.ts";
import { AgentConfigs } from "./agent-config.ts";
import { openChosenSettings } from "./chosen-settings.ts";
import { readEnvironment, setAt, unknownVariables } from "./environment.ts";
import { describeIssue, keysOf, setBy } from "./issues.ts";
import { translateHomeAssistant } from "./reference-home.ts";
import { UNSUPPORTED_KEYS } from "./reference-keys.ts";
import { type IsThere, translateModels } from "./reference-models.ts";
import { type Config, configSchema, EXTRA_NAMES, type ProviderTable, STAGE_NAMES } from "./schema.ts";
import { layStored, NOTHING_STORED, type PluginSchemas, pluginIssues, type StoredConfig } from "./stored-config.ts";
import { mapAt } from "./tree.ts";
import { readYaml } from "./yaml.ts";

/** Where the configuration comes from: defaults, then the file, the database, the environment; later ones win. */
export interface ConfigSources {
  /** Path of the YAML file; a missing file counts as empty. */
  readonly path: string;
  readonly env: { readonly [variable: string]: string | undefined };
  readonly providers: ProviderTable;
  /** What the database says. A row of it that is wrong is warned of, and left out. */
  readonly stored?: StoredConfig;
  /** Schemas of plugins' blocks, for what the database says of them; those of the file are looked at when plugins are made. */
  readonly plugins?: PluginSchemas;
}

export interface LoadedConfig {
  readonly config: Config;
  /** What should be told to the user but keeps nothing from working. */
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration.
 *
 * @throws ConfigError `config-invalid`, naming key, value and file (or variable) of everything that is wrong
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const { path, providers } = sources;
  const { value, warnings } = readYaml(readText(path), path);
  const file = withoutNothing(value);
  const ignored: string[] = [];
  const without = new Set<string>();
  for (;;) {
    const { config, wrong, dropped } = readTree(structuredClone(file), sources, without);
    const rows = wrong.flatMap(({ row }) => (row !== undefined && !without.has(row) ? [row] : []));
    if (config) {
      checkAgents(config, providers);
      return { config, warnings: [...warnings, ...dropped, ...ignored] };
    }
    const lines = (isOwn: boolean) => wrong.filter(({ row }) => (row === undefined) === isOwn).map(({ line }) => line);
    if (rows.length === 0 || lines(true).length > 0) {
      throw new ConfigError(
        "config-invalid",
        lines(true)
          .map((line) => `config-invalid: ${line}`)
          .join("\n"),
      );
    }
    ignored.push(...lines(false).map((line) => `${line}: what this row of the database says is left out`));
    for (const row of rows) without.add(row);
  }
}

/** Something that is wrong, and which row of the database says it, if one does. */
interface Wrong {
  readonly line: string;
  readonly row: string | undefined;
}

interface Reading {
  /** Undefined when something is wrong. */
  readonly config: Config | undefined;
  readonly wrong: readonly Wrong[];
  readonly dropped: readonly string[];
}

function readTree(tree: JsonObject, sources: ConfigSources, without: ReadonlySet<string>): Reading {
  const { path, env, providers, stored = NOTHING_STORED, plugins = {} } = sources;
  const schema = configSchema(providers);
  const isThere: IsThere = (stage, name) =>
    (providers[stage as keyof ProviderTable] ?? []).some((provider) => provider.name === name);
  const fromFile = translateReference(tree, isThere);
  const rows = layStored(tree, stored, schema, without);
  const dropped = [...fromFile, ...translateReference(tree, isThere)];
  const variables = new Map<string, string>();
  for (const { variable, path: key, value: given } of readEnvironment(schema, env)) {
    setAt(tree, key, given);
    variables.set(key.join("."), variable);
    rows.delete(key.join("."));
  }
  dropped.push(
    ...unknownVariables(schema, env).map((name) => `${name}: no key of the configuration has this variable`),
  );
  for (const stage of [...STAGE_NAMES, ...EXTRA_NAMES]) openChosenSettings(tree, stage, providers);
  const parsed = schema.safeParse(tree);
  const setters = new Map([...rows, ...variables]);
  const wrong = (parsed.error?.issues ?? []).flatMap((issue) => {
    const [row] = keysOf(issue).flatMap((key) => setBy(key, rows) ?? []);
    return describeIssue(issue, tree, setters, path).map((line) => ({ line, row }));
  });
  for (const issue of parsed.success ? pluginIssues(tree, plugins) : []) {
    const [row] = keysOf(issue).flatMap((key) => setBy(key, rows) ?? []);
    if (row !== undefined) wrong.push(...describeIssue(issue, tree, setters, path).map((line) => ({ line, row })));
  }
  return { config: wrong.length === 0 ? (parsed.data as unknown as Config) : undefined, wrong, dropped };
}

/** @throws ConfigError when the settings of an agent are wrong, or a device has one that is not there */
function checkAgents(config: Config, providers: ProviderTable): void {
  const configs = new AgentConfigs(providers);
  const wrong = Object.entries(config.agents).flatMap(([name, settings]) => {
    try {
      configs.of(config, name, settings);
      return [];
    } catch (error) {
      return [(error as ConfigError).message];
    }
  });
  for (const [id, { agent }] of Object.entries(config.devices)) {
    if (agent === undefined || Object.hasOwn(config.agents, agent)) continue;
    wrong.push(`config-invalid: devices.${id}.agent: there is no agent ${shown(agent)}`);
  }
  if (wrong.length > 0) throw new ConfigError("config-invalid", wrong.join("\n"));
}

/** A key without a value, which YAML reads as null, counts as absent: the reference's files have such keys. */
function withoutNothing(map: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(map)) {
    if (value === null) delete map[key];
    else if (typeof value === "object" && !Array.isArray(value)) withoutNothing(value as JsonObject);
  }
  return map;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw new ConfigError("config-unreadable", `config-unreadable: ${path}: ${String(error)}`, { cause: error });
  }
}

/** Says what a file for the reference server says in the keys of this one; gives what is lost. */
export function translateReference(tree: JsonObject, isThere?: IsThere): string[] {
  const dropped = [...translateModels(tree, isThere), ...dropUnsupported(tree)];
  translateLogLevel(tree);
  translateHomeAssistant(tree);
  return dropped;
}

/** Takes out what only the reference server knows, and says so. */
function dropUnsupported(tree: JsonObject): string[] {
  return UNSUPPORTED_KEYS.flatMap((path) => {
    const keys = path.split(".");
    const last = keys.pop() as string;
    const map = mapAt(tree, keys);
    if (!map || !Object.hasOwn(map, last)) return [];
    delete map[last];
    return [`${path}: this key of the reference server is not supported; it is ignored`];
  });
}

/** The reference writes `log.log_level: INFO`. */
function translateLogLevel(tree: JsonObject): void {
  const log = mapAt(tree, ["log"]);
  if (!log || typeof log["log_level"] !== "string") return;
  const given = log["log_level"].toLowerCase();
  const level = given === "warning" ? "warn" : given === "critical" ? "error" : given;
  delete log["log_level"];
  log["level"] ??= (LOG_LEVELS as readonly string[]).includes(level) ? level : "info";
}
