import { readFileSync } from "node:fs";
import { join } from "node:path";

/** How Node is started. */
export interface NodeSettings {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How run.mjs starts Node for a command: run.mjs reads the same file, and cannot read this one. */
export function nodeSettingsOf(command: string): NodeSettings {
  const text = readFileSync(join(import.meta.dirname, "node-settings.json"), "utf8");
  const settings = JSON.parse(text) as { readonly [command: string]: Partial<NodeSettings> };
  return { flags: [], env: {}, ...settings[command] };
}
