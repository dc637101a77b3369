import { readFileSync } from "node:fs";
import type { Log } from "../log.ts";
import { Template } from "./template.ts";

/** A template from a file, or given as text; empty, with a warning, when it cannot be used: the prompt alone does, too. */
export function readTemplate(given: string, log: Log): string {
  if (given === "") return "";
  try {
    const text = /\n|\{\{/.test(given) ? given : readFileSync(given, "utf8");
    new Template(text);
    return text;
  } catch (error) {
    log.warn({ error }, "prompt_template cannot be used: the prompt stands alone");
    return "";
  }
}
