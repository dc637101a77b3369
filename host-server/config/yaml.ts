import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { JsonObject } from "../../protocol/json.ts";
import { ConfigError } from "../errors.ts";

/** What a YAML file says, and what is odd about it. */
export interface YamlFile {
  readonly value: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * Reads a YAML file that holds a map, or nothing. A map that comes twice (the reference's own example has `server:`
 * twice) is merged; of a plain value that comes twice the last one counts. Both are warned of.
 *
 * @param name of the file, for errors
 * @throws ConfigError `config-invalid`
 */
export function readYaml(text: string, name: string): YamlFile {
  const document = parseDocument(text, { uniqueKeys: false });
  const [error] = document.errors;
  if (error) throw new ConfigError("config-invalid", `config-invalid: ${firstLine(error.message)} (${name})`);
  const warnings: string[] = [];
  const value = convert(document.contents, document, "", warnings) ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new ConfigError("config-invalid", `config-invalid: expected keys and values, got ${typeof value} (${name})`);
  }
  return { value: value as JsonObject, warnings };
}

function firstLine(text: string): string {
  return text.split("\n")[0] as string;
}

function convert(node: unknown, document: Document, path: string, warnings: string[]): unknown {
  if (isAlias(node)) return convert(node.resolve(document), document, path, warnings);
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item, at) => convert(item, document, `${path}[${at}]`, warnings));
  if (!isMap(node)) return undefined;
  const result: JsonObject = {};
  for (const { key, value } of node.items) {
    const name = String(isScalar(key) ? key.value : key);
    const at = path === "" ? name : `${path}.${name}`;
    const converted = convert(value, document, at, warnings);
    const previous = Object.hasOwn(result, name) ? result[name] : undefined;
    if (Object.hasOwn(result, name)) warnings.push(`${at}: the key comes twice; ${describeMerge(previous, converted)}`);
    Object.defineProperty(result, name, {
      value: merge(previous, converted),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return result;
}

function isPlainMap(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describeMerge(previous: unknown, value: unknown): string {
  return isPlainMap(previous) && isPlainMap(value) ? "both are merged" : "the last value counts";
}

function merge(previous: unknown, value: unknown): unknown {
  if (!isPlainMap(previous) || !isPlainMap(value)) return value;
  const merged: JsonObject = { ...previous };
  for (const [key, item] of Object.entries(value)) merged[key] = merge(merged[key], item);
  return merged;
}
