import { parse } from "yaml";
import { z } from "zod";
import type { JsonObject } from "../../protocol/json.ts";

const PREFIX = "XIAOZHI_";

/** A value that a variable of the environment gives. */
export interface EnvironmentValue {
  readonly variable: string;
  /** Path of the key it sets. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/** The name of the variable for a key: `server.http_port` is `XIAOZHI_SERVER_HTTP_PORT`. */
export function variableFor(path: readonly string[]): string {
  return PREFIX + path.join("_").replaceAll("-", "_").toUpperCase();
}

/** The values that the environment gives for keys of this schema. Lists and numbers are written as in YAML. */
export function readEnvironment(
  schema: z.ZodType,
  env: { readonly [variable: string]: string | undefined },
): EnvironmentValue[] {
  return leaves(schema, []).flatMap(({ path, isText }) => {
    const variable = variableFor(path);
    const text = env[variable];
    return text === undefined ? [] : [{ variable, path, value: isText ? text : yamlValue(text) }];
  });
}

/** Variables that begin like a key of this schema and are none: most likely misspelt. */
export function unknownVariables(
  schema: z.ZodObject,
  env: { readonly [variable: string]: string | undefined },
): string[] {
  const known = new Set(leaves(schema, []).map(({ path }) => variableFor(path)));
  const beginnings = Object.entries(schema.shape)
    .filter(([, member]) => unwrap(member as z.ZodType) instanceof z.ZodObject)
    .map(([key]) => `${variableFor([key])}_`);
  return Object.keys(env).filter((name) => !known.has(name) && beginnings.some((text) => name.startsWith(text)));
}

/** The keys of this schema whose values are texts. */
export function textKeys(schema: z.ZodType): ReadonlySet<string> {
  return new Set(leaves(schema, []).flatMap(({ path, isText }) => (isText ? [path.join(".")] : [])));
}

/** Sets a value in a tree of maps, making the maps on the way. */
export function setAt(tree: JsonObject, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const next = tree[key];
  const map: JsonObject = typeof next === "object" && next !== null ? { ...next } : {};
  tree[key] = map;
  setAt(map, rest, value);
}

function yamlValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // not YAML: the schema says what is wrong with the text
    return text;
  }
}

function leaves(schema: z.ZodType, path: readonly string[]): { path: readonly string[]; isText: boolean }[] {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [{ path, isText: inner instanceof z.ZodString }];
  return Object.entries(inner.shape).flatMap(([key, member]) => leaves(member as z.ZodType, [...path, key]));
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner;
}
