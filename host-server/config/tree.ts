import type { JsonObject } from "../../protocol/json.ts";

/** The map at a path of keys; undefined when there is something else or nothing. */
export function mapAt(tree: JsonObject, path: readonly string[]): JsonObject | undefined {
  let map: unknown = tree;
  for (const key of path) map = (map as JsonObject | undefined)?.[key];
  return typeof map === "object" && map !== null && !Array.isArray(map) ? (map as JsonObject) : undefined;
}

/** `over` wins; maps within maps are merged, everything else (lists, too) is replaced. Neither is changed. */
export function merged(under: JsonObject, over: JsonObject): JsonObject {
  const result: JsonObject = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = Object.hasOwn(result, key) ? mapAt(result, [key]) : undefined;
    const after = mapAt(over, [key]);
    const settled = before && after ? merged(before, after) : value;
    Object.defineProperty(result, key, { value: settled, enumerable: true, writable: true, configurable: true });
  }
  return result;
}
