import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";
import type { JsonObject } from "../../protocol/json.ts";
import { ConfigError } from "../errors.ts";

/** Values that a file may stand for: aliases of aliases grow without end, and nobody's settings are that many. */
const MAX_NODES = 100_000;

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
  const reading = new Reading(document, name);
  const value = reading.convert(document.contents, "") ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new ConfigError("config-invalid", `config-invalid: expected keys and values, got ${typeof value} (${name})`);
  }
  return { value: value as JsonObject, warnings: reading.warnings };
}

function firstLine(text: string): string {
  return text.split("\n")[0] as string;
}

/** A document on its way to plain values. */
class Reading {
  readonly warnings: string[] = [];
  readonly #document: Document;
  readonly #name: string;
  /** What aliases name that are being followed. */
  readonly #open = new Set<unknown>();
  #nodes = 0;

  constructor(document: Document, name: string) {
    this.#document = document;
    this.#name = name;
  }

  convert(node: unknown, path: string): unknown {
    if (++this.#nodes > MAX_NODES) throw this.#refusal(path, `the file stands for more than ${MAX_NODES} values`);
    if (isAlias(node)) return this.#follow(node, path);
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item, at) => this.convert(item, `${path}[${at}]`));
    return isMap(node) ? this.#convertMap(node, path) : undefined;
  }

  /** What an anchor names; inside of itself it would have no end. */
  #follow(alias: Alias, path: string): unknown {
    const target = alias.resolve(this.#document);
    if (target === undefined) throw this.#refusal(path, `*${alias.source} names nothing that stands before it`);
    if (this.#open.has(target)) throw this.#refusal(path, `*${alias.source} stands inside of what it names`);
    this.#open.add(target);
    const value = this.convert(target, path);
    this.#open.delete(target);
    return value;
  }

  #convertMap({ items }: YAMLMap, path: string): JsonObject {
    const result: JsonObject = {};
    for (const { key, value } of items) {
      const name = String(isScalar(key) ? key.value : key);
      const at = path === "" ? name : `${path}.${name}`;
      const converted = this.convert(value, at);
      const previous = Object.hasOwn(result, name) ? result[name] : undefined;
      if (Object.hasOwn(result, name)) {
        this.warnings.push(`${at}: the key comes twice; ${describeMerge(previous, converted)}`);
      }
      Object.defineProperty(result, name, {
        value: merge(previous, converted),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return result;
  }

  #refusal(path: string, why: string): ConfigError {
    return new ConfigError("config-invalid", `config-invalid: ${path}: ${why} (${this.#name})`);
  }
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
