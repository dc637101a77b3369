import type { z } from "zod";
import { shown } from "../../../protocol/errors.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { ConfigError } from "../../errors.ts";

/**
 * A plugin's block of the configuration, checked.
 *
 * @throws ConfigError `config-invalid`, naming key and value
 */
export function readPluginSettings<S extends z.ZodObject>(plugin: string, schema: S, given: JsonObject): z.output<S> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.flatMap((issue) => {
    const at = ["plugins", plugin, ...issue.path.map(String)];
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => `${[...at, key].join(".")}: unknown key`);
    const value = issue.path.reduce<unknown>((inner, key) => (inner as JsonObject | undefined)?.[String(key)], given);
    const expected = issue.code === "invalid_type" ? `expected ${issue.expected}` : issue.message;
    return [`${at.join(".")}: ${expected}, got ${shown(value)}`];
  });
  throw new ConfigError("config-invalid", lines.map((line) => `config-invalid: ${line}`).join("\n"));
}
