import type { z } from "zod";
import { shown } from "../../protocol/errors.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { mapAt } from "./tree.ts";

/**
 * What is wrong with a key, in a line or more: the key, what was expected, what is there, and where that was read.
 *
 * @param variables the variables of the environment, or rows of the database, that have set keys
 */
export function describeIssue(
  issue: z.core.$ZodIssue,
  tree: JsonObject,
  variables: ReadonlyMap<string, string>,
  file: string,
): string[] {
  const path = issue.path.map(String);
  const where = (key: string) => setBy(key, variables) ?? file;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((name) => {
      const key = [...path, name].join(".");
      return `${key}: unknown key (${where(key)})`;
    });
  }
  const key = path.join(".");
  const parent = mapAt(tree, path.slice(0, -1));
  const value = path.length === 0 ? tree : parent?.[path.at(-1) as string];
  const expected = issue.code === "invalid_type" ? `expected ${issue.expected}` : expectation(issue.message);
  return [`${key}: ${expected}, got ${shown(value)} (${where(key)})`];
}

/** The keys that an issue is about. */
export function keysOf({ path, ...issue }: z.core.$ZodIssue): string[] {
  const ends = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
  return ends.map((end) => [...path.map(String), ...(end === undefined ? [] : [end])].join("."));
}

/** Who has set a key, or the map that it is in. */
export function setBy(key: string, setters: ReadonlyMap<string, string>): string | undefined {
  for (let part = key; part !== ""; part = part.slice(0, Math.max(part.lastIndexOf("."), 0))) {
    const setter = setters.get(part);
    if (setter !== undefined) return setter;
  }
  return undefined;
}

/** "Too big: expected number to be <=5" and "Invalid option: expected one of …" without their first words. */
function expectation(message: string): string {
  const at = message.indexOf("expected");
  return at >= 0 ? message.slice(at) : message;
}
