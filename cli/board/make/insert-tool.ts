import { type ToolPlan, toolText } from "./tool-text.ts";

/** Where in a `board.ts` a tool is written; see `BoardSyntax.toolPlace`. */
export interface ToolPlace {
  readonly position: number;
  readonly hasTools: boolean;
}

const MODULE = "mcp/tool";
const IMPORT = `import { defineTool } from "${MODULE}";\n`;

/** The text of a `board.ts` with one more tool. */
export function withTool(text: string, { position, hasTools }: ToolPlace, plan: ToolPlan): string {
  const tool = `    ${toolText("defineTool", plan, "    ")},\n`;
  const before = text.slice(0, position).replace(/\s*$/, "");
  const needsComma = !/[,[{(]$/.test(before);
  const written = hasTools ? `${tool}  ` : `  tools: [\n${tool}  ],\n`;
  const whole = `${before}${needsComma ? "," : ""}\n${written}${text.slice(position)}`;
  const isImported = text.split("\n").some((line) => line.includes("defineTool") && line.includes(`"${MODULE}"`));
  return isImported ? whole : withImport(whole);
}

/** Sorted in among the others: before the first one that comes later in the alphabet. */
function withImport(text: string): string {
  const later = [...text.matchAll(/^import .* from "([^"]+)";\n/gm)].find(([, module = ""]) => module > MODULE);
  if (later) return `${text.slice(0, later.index)}${IMPORT}${text.slice(later.index)}`;
  const last = [...text.matchAll(/^import [^;]*;\n/gm)].at(-1);
  const at = last ? last.index + last[0].length : 0;
  return `${text.slice(0, at)}${IMPORT}${text.slice(at)}`;
}
