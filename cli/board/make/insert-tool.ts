import type { ListPlace } from "../syntax.ts";
import type { PartPlan } from "./part-text.ts";
import { type ToolPlan, toolText } from "./tool-text.ts";

/** What a text is written with: a name, and the module that it is imported from. */
interface Import {
  readonly name: string;
  readonly module: string;
}

/** The text of a `board.ts` with one more tool. */
export function withTool(text: string, place: ListPlace, plan: ToolPlan): string {
  const written = inserted(text, place, `    ${toolText("defineTool", plan, "    ")},\n`);
  return withImport(written, { name: "defineTool", module: "mcp/tool" });
}

/** The text of a `board.ts` with one more part. */
export function withPart(text: string, place: ListPlace, { make, module, text: part }: PartPlan): string {
  const first = `  parts: [${part}],\n`;
  const isShort = place.isNew && first.length <= LINE;
  const written = isShort ? insertedField(text, place, first) : inserted(text, place, `    ${part},\n`);
  return withImport(written, { name: make, module });
}

/** As the project formats its text. */
const LINE = 120;

/** With lines before the end of a list, or with a new one. */
function inserted(text: string, place: ListPlace, lines: string): string {
  const { list, isNew } = place;
  return insertedField(text, place, isNew ? `  ${list}: [\n${lines}  ],\n` : `${lines}  `);
}

/** Behind a comma, which is added where it is missing. */
function insertedField(text: string, { position }: ListPlace, written: string): string {
  const before = text.slice(0, position).replace(/\s*$/, "");
  const needsComma = !/[,[{(]$/.test(before);
  return `${before}${needsComma ? "," : ""}\n${written}${text.slice(position)}`;
}

/** Beside others of the same module, or sorted in among the others: before the first one that is later in the alphabet. */
function withImport(text: string, { name, module }: Import): string {
  const imports = [...text.matchAll(/^import (?:\{ ([^}]*) \} )?[^;]*from "([^"]+)";\n/gm)];
  const same = imports.find(([, names, from]) => from === module && names !== undefined);
  const known = same?.[1]?.split(", ") ?? [];
  if (known.includes(name)) return text;
  const line = `import { ${[...known, name].sort().join(", ")} } from "${module}";\n`;
  if (same) return text.slice(0, same.index) + line + text.slice(same.index + same[0].length);
  const later = imports.find(([, , from = ""]) => from > module);
  if (later) return `${text.slice(0, later.index)}${line}${text.slice(later.index)}`;
  const last = imports.at(-1);
  const at = last ? last.index + last[0].length : 0;
  return `${text.slice(0, at)}${line}${text.slice(at)}`;
}
