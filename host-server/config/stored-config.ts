import { parse } from "yaml";
import type { z } from "zod";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import { setAt, textKeys } from "./environment.ts";
import { mapAt } from "./tree.ts";

/** A setting of the whole server that was made in the database. */
export interface StoredParameter {
  /** Key of the configuration: `server.timezone_offset`. */
  readonly key: string;
  /** A text, or JSON (or YAML) for what is no text. */
  readonly value: string;
}

/** A model that was made in the database: a provider with settings. */
export interface StoredModel {
  readonly id: string;
  readonly stage: string;
  readonly name: string;
  readonly provider: string;
  readonly settings: JsonObject;
  /** Whether it fills its stage where no agent has chosen another. */
  readonly isPreferred: boolean;
  readonly isEnabled: boolean;
}

/** What the database says of the configuration. */
export interface StoredConfig {
  readonly parameters: readonly StoredParameter[];
  readonly models: readonly StoredModel[];
}

/** A database that says nothing. */
export const NOTHING_STORED: StoredConfig = { parameters: [], models: [] };

/** Said before a database is open. */
const FIXED = "database";

/**
 * Lays what the database says over a configuration.
 *
 * @param without names of rows that are left out
 * @returns which row has said what: names of rows by keys
 */
export function layStored(
  tree: JsonObject,
  { parameters, models }: StoredConfig,
  schema: z.ZodType,
  without: ReadonlySet<string>,
): Map<string, string> {
  const rows = new Map<string, string>();
  const texts = textKeys(schema);
  for (const { key, value } of parameters) {
    const row = `parameter ${key}`;
    if (without.has(row) || key.split(".")[0] === FIXED) continue;
    const read = texts.has(key) ? value : yamlValue(value);
    // A key without a value says nothing.
    if (read === null) continue;
    setAt(tree, key.split("."), read);
    rows.set(key, row);
  }
  for (const model of models) {
    const row = `model "${model.name}" (${model.id})`;
    if (!model.isPreferred || !model.isEnabled || without.has(row)) continue;
    tree[model.stage] = withModel(mapAt(tree, [model.stage]) ?? {}, model);
    rows.set(model.stage, row);
  }
  return rows;
}

/** A stage that is filled by this model. Its settings are all of its own: a key must not go to another's address. */
export function withModel(stage: JsonObject, { provider, settings }: StoredModel): JsonObject {
  return { ...stage, use: provider, [provider]: structuredClone(settings) };
}

/** Schemas of plugins' blocks in the configuration, by name. */
export type PluginSchemas = { readonly [name: string]: z.ZodObject };

/** What is wrong in the blocks of plugins, as issues of the whole configuration. */
export function pluginIssues({ plugins }: JsonObject, schemas: PluginSchemas): z.core.$ZodIssue[] {
  return Object.entries(isObject(plugins) ? plugins : {}).flatMap(([name, block]) => {
    if (!isObject(block) || !Object.hasOwn(schemas, name)) return [];
    const { enabled: _, ...settings } = block;
    const issues = schemas[name]?.safeParse(settings).error?.issues ?? [];
    return issues.map((issue) => ({ ...issue, path: ["plugins", name, ...issue.path] }));
  });
}

function yamlValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // not YAML: the schema says what is wrong with the text
    return text;
  }
}
