import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The flags of Node with which run.mjs starts a command: run.mjs reads the same file, and cannot read this one. */
export function flagsOf(command: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, "node-flags.json"), "utf8");
  const flags = JSON.parse(text) as { readonly [command: string]: readonly string[] };
  return flags[command] ?? [];
}
