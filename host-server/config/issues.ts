import type { z } from "zod";
import { shown } from "../../protocol/errors.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { mapAt } from "./tree.ts";

/**
 * What is wrong with a key, in a line or more: the key, what was expected, what is there, and where that was read.
 *
 * @param variables the variables of the environment that have set keys
 */
export function describeIssue(
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
