import type { McpTool } from "../../protocol/mcp.ts";

/** What is wrong with a tool, and with which of its members. */
export interface ToolFault {
  readonly tool: string;
  /** Below the tool's definition: `params`, `level`. */
  readonly members: readonly string[];
  readonly text: string;
}

/** More than these, and models choose badly; servers cut lists. */
const MAX_VISIBLE = 32;
const MAX_NAME = 64;
const MIN_WORDS = 2;

const NAME = /^self(\.[A-Za-z0-9_-]+)+$/;
const SENTENCE_END = /[.!?:)`。！？]$/;

/** A parameter as it goes over the wire. */
interface Schema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
}

/** What the schema of a parameter may say; a misspelt member would be passed over in silence, and a limit with it. */
const MEMBERS = new Set(
  "type description default minimum maximum enum items minItems maxItems properties required".split(" "),
);

type Complain = (members: readonly string[], text: string) => void;

function shown(value: unknown): string {
  return JSON.stringify(value);
}

function checkRange(path: readonly string[], schema: Schema, complain: Complain): void {
  const { minimum, maximum, type, default: usual } = schema;
  const name = path.at(-1);
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    complain(path, `\`${name}\`: minimum ${minimum} is above maximum ${maximum}`);
  }
  for (const [what, value] of Object.entries({ minimum, maximum, default: usual })) {
    if (type !== "integer" || value === undefined || Number.isInteger(value)) continue;
    complain(path, `\`${name}\`: ${what} of an integer is ${shown(value)}`);
  }
  if (typeof usual !== "number") return;
  if (minimum !== undefined && usual < minimum) {
    complain(path, `\`${name}\`: default ${usual} is below minimum ${minimum}`);
  }
  if (maximum !== undefined && usual > maximum) {
    complain(path, `\`${name}\`: default ${usual} is above maximum ${maximum}`);
  }
}

function checkChoice(path: readonly string[], { enum: choices, default: usual }: Schema, complain: Complain): void {
  if (!choices) return;
  const name = path.at(-1);
  if (choices.length === 0) complain(path, `\`${name}\`: \`enum\` has no choices`);
  if (new Set(choices).size < choices.length) complain(path, `\`${name}\`: \`enum\` has a choice twice`);
  if (usual !== undefined && !choices.includes(usual)) {
    complain(path, `\`${name}\`: default ${shown(usual)} is none of ${shown(choices)}`);
  }
}

function checkParam(path: readonly string[], schema: Schema, complain: Complain): void {
  for (const member of Object.keys(schema)) {
    if (MEMBERS.has(member)) continue;
    complain(
      [...path, member],
      `\`${path.at(-1)}\`: a parameter has no \`${member}\`; it has ${[...MEMBERS].join(", ")}`,
    );
  }
  checkRange(path, schema, complain);
  checkChoice(path, schema, complain);
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (minItems > maxItems) complain(path, `\`${path.at(-1)}\`: minItems ${minItems} is above maxItems ${maxItems}`);
  if (schema.items) checkParam([...path, "items"], schema.items, complain);
  for (const [name, inner] of Object.entries(schema.properties ?? {})) checkParam([...path, name], inner, complain);
}

function checkTool({ name, description, inputSchema }: McpTool): ToolFault[] {
  const faults: ToolFault[] = [];
  const complain: Complain = (members, text) => faults.push({ tool: name, members, text: `tool ${name}: ${text}` });
  if (!NAME.test(name)) complain([], "a name is `self.`, the part, and what it does, as in self.lamp.turn_on");
  if (name.length > MAX_NAME) complain([], `the name has ${name.length} characters, and models take ${MAX_NAME}`);
  const text = description.trim();
  if (text === "") complain(["description"], "it has no description, so that no model knows when to use it");
  else if (text.split(/\s+/).length < MIN_WORDS && !/[\u4e00-\u9fff]{4}/.test(text)) {
    complain(["description"], `the description ${shown(text)} says too little for a model`);
  } else if (!SENTENCE_END.test(text)) {
    complain(["description"], `the description ends in the middle of a sentence: ${shown(text.slice(-30))}`);
  }
  for (const [param, schema] of Object.entries(inputSchema.properties ?? {})) {
    checkParam(["params", param], schema as Schema, complain);
  }
  return faults;
}

/** Of two tools whose names are the same for a model, which sees `_` for every dot. */
function checkNames(tools: readonly McpTool[]): ToolFault[] {
  const known = new Map<string, string>();
  const faults: ToolFault[] = [];
  for (const { name } of tools) {
    const seen = name.replaceAll(".", "_");
    const other = known.get(seen);
    if (other === undefined) known.set(seen, name);
    else faults.push({ tool: name, members: [], text: `tool ${name}: there is ${other} already` });
  }
  return faults;
}

/** What is wrong with all tools of a device, those of every device among them. */
export function checkTools(tools: readonly McpTool[]): ToolFault[] {
  const faults = [...tools.flatMap(checkTool), ...checkNames(tools)];
  const visible = tools.filter(({ annotations }) => annotations === undefined);
  const last = visible[MAX_VISIBLE];
  if (last) {
    const text = `the model sees ${visible.length} tools, and ${MAX_VISIBLE} are the most: give some \`audience: "user"\`, or join them`;
    faults.push({ tool: last.name, members: [], text });
  }
  return faults;
}
