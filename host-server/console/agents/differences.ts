import type { JsonObject } from "../../../protocol/json.ts";
import type { Difference } from "../contract/agents.ts";

type Values = ReadonlyMap<string, unknown>;

/** What differs between two settings, key by key; lists count as one value. */
export function differences(before: JsonObject, after: JsonObject): Difference[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    .map((path) => ({
      path,
      ...(old.has(path) && { before: old.get(path) }),
      ...(now.has(path) && { after: now.get(path) }),
    }));
}

function valuesOf(tree: JsonObject, prefix = ""): Values {
  const values = new Map<string, unknown>();
  for (const [key, value] of Object.entries(tree)) {
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isMap) values.set(prefix + key, value);
    else for (const [path, inner] of valuesOf(value as JsonObject, `${prefix}${key}.`)) values.set(path, inner);
  }
  return values;
}
