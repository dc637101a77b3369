import type { z } from "zod";
import type { JsonObject } from "../../protocol/json.ts";

/** Settings that a plugin takes, and why the others stay behind. */
export interface FittingSettings {
  readonly settings: JsonObject;
  readonly left: readonly (readonly [key: string, why: string])[];
}

/** What a plugin here takes of a plugin's parameters there, where every value may be a text, and a list a text with semicolons. */
export function fittingSettings(schema: z.ZodObject, given: JsonObject): FittingSettings {
  const settings: JsonObject = {};
  const left: [string, string][] = [];
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === "") continue;
    const fitting = formsOf(value).find((form) => schema.safeParse({ [key]: form }).success);
    if (fitting === undefined)
      left.push([key, key in schema.shape ? `it takes no ${JSON.stringify(value)}` : "unknown here"]);
    else settings[key] = fitting;
  }
  return { settings, left };
}

/** What a value may mean, as it stands first. */
function formsOf(value: unknown): unknown[] {
  if (typeof value !== "string") return [value];
  const list = value
    .split(/[;；\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const flag = /^(true|false)$/i.test(value) ? [value.toLowerCase() === "true"] : [];
  return [value, Number(value), ...flag, list];
}
