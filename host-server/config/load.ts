import { readFileSync } from "node:fs";
import type { z } from "zod";
import { shown } from "../../protocol/errors.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { ConfigError } from "../errors.ts";
import { LOG_LEVELS } from "../log.ts";
import { readEnvironment, setAt, unknownVariables } from "./environment.ts";
import { translateHomeAssistant } from "./reference-home.ts";
import { UNSUPPORTED_KEYS } from "./reference-keys.ts";
import { translateModels } from "./reference-models.ts";
import { type Config, configSchema, type ProviderTable, STAGE_NAMES } from "./schema.ts";
import { readYaml } from "./yaml.ts";

/** Where the configuration comes from: defaults, then the file, then the environment; later ones win. */
export interface ConfigSources {
  /** Path of the YAML file; a missing file counts as empty. */
  readonly path: string;
  readonly env: { readonly [variable: string]: string | undefined };
  readonly providers: ProviderTable;
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
export function loadConfig({ path, env, providers }: ConfigSources): LoadedConfig {
  const { value, warnings } = readYaml(readText(path), path);
  const tree = withoutNothing(structuredClone(value));
  const dropped = [...translateModels(tree), ...dropUnsupported(tree)];
  translateLogLevel(tree);
  translateHomeAssistant(tree);
  const schema = configSchema(providers);
  const variables = new Map<string, string>();
  for (const { variable, path: key, value: given } of readEnvironment(schema, env)) {
    setAt(tree, key, given);
    variables.set(key.join("."), variable);
  }
  const unknown = unknownVariables(schema, env).map((name) => `${name}: no key of the configuration has this variable`);
  for (const stage of STAGE_NAMES) openChosenSettings(tree, stage, providers);
  const parsed = schema.safeParse(tree);
  if (!parsed.success) {
    const lines = parsed.error.issues.flatMap((issue) => describe(issue, tree, variables, path));
    throw new ConfigError("config-invalid", lines.map((line) => `config-invalid: ${line}`).join("\n"));
  }
  return { config: parsed.data as unknown as Config, warnings: [...warnings, ...dropped, ...unknown] };
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

function mapAt(tree: JsonObject, path: readonly string[]): JsonObject | undefined {
  let map: unknown = tree;
  for (const key of path) map = (map as JsonObject | undefined)?.[key];
  return typeof map === "object" && map !== null && !Array.isArray(map) ? (map as JsonObject) : undefined;
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

/** A provider that is chosen without settings has its defaults, and those that it cannot do without are missed. */
function openChosenSettings(tree: JsonObject, stage: (typeof STAGE_NAMES)[number], providers: ProviderTable): void {
  const block = tree[stage] === undefined ? {} : mapAt(tree, [stage]);
  if (!block) return;
  for (const use of [block["use"] ?? providers[stage][0]?.name].flat()) {
    if (typeof use === "string" && providers[stage].some(({ name }) => name === use)) block[use] ??= {};
  }
  tree[stage] = block;
}

function describe(
  issue: z.core.$ZodIssue,
  tree: JsonObject,
  variables: ReadonlyMap<string, string>,
  file: string,
): string[] {
  const path = issue.path.map(String);
  const where = (key: string) => variables.get(key) ?? file;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${[...path, key].join(".")}: unknown key (${file})`);
  }
  const key = path.join(".");
  const parent = mapAt(tree, path.slice(0, -1));
  const value = path.length === 0 ? tree : parent?.[path.at(-1) as string];
  const expected = issue.code === "invalid_type" ? `expected ${issue.expected}` : expectation(issue.message);
  return [`${key}: ${expected}, got ${shown(value)} (${where(key)})`];
}

/** "Too big: expected number to be <=5" and "Invalid option: expected one of …" without their first words. */
function expectation(message: string): string {
  const at = message.indexOf("expected");
  return at >= 0 ? message.slice(at) : message;
}
