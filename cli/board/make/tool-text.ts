/** An argument of a tool, as it is given on the command line: `level=integer:0..100`. */
export interface ToolArgument {
  readonly name: string;
  /** The members of its schema, as source text. */
  readonly schema: string;
}

/** What a new tool is. */
export interface ToolPlan {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly ToolArgument[];
}

const ARGUMENT = /^([A-Za-z_]\w*)=(.+)$/;
const RANGE = /^(integer|number)(?::(-?[\d.]+)\.\.(-?[\d.]+))?$/;

function schemaOf(type: string): string | undefined {
  const [, kind, least, most] = RANGE.exec(type) ?? [];
  if (kind !== undefined) return `type: "${kind}"${least === undefined ? "" : `, minimum: ${least}, maximum: ${most}`}`;
  if (type === "boolean" || type === "string") return `type: "${type}"`;
  const words = type.split("|");
  if (words.length < 2 || words.some((word) => !/^[\w -]+$/.test(word))) return undefined;
  return `type: "string", enum: [${words.map((word) => `"${word}"`).join(", ")}]`;
}

/** `level=integer:0..100, color=red|green, text=string`; undefined when it cannot be read. */
export function parseArguments(text: string): ToolArgument[] | undefined {
  const found: ToolArgument[] = [];
  for (const word of text.split(",").map((part) => part.trim())) {
    if (word === "" || word === "none") continue;
    const [, name, type = ""] = ARGUMENT.exec(word) ?? [];
    const schema = schemaOf(type);
    if (name === undefined || schema === undefined) return undefined;
    found.push({ name, schema });
  }
  return found;
}

function params({ arguments: list }: ToolPlan, indent: string): string {
  if (list.length === 0) return "{}";
  if (list.length === 1) return `{ ${list[0]?.name}: { ${list[0]?.schema} } }`;
  return `{\n${list.map(({ name, schema }) => `${indent}  ${name}: { ${schema} },`).join("\n")}\n${indent}}`;
}

/** A result that shows that the tool was called, and with what. */
function body({ name, arguments: list }: ToolPlan): string {
  const verb = name.split(".").at(-1) as string;
  if (list.length === 0) return `() => "${verb}: done"`;
  const names = list.map((argument) => argument.name);
  return `({ ${names.join(", ")} }) => \`${verb}: ${names.map((argument) => `\${${argument}}`).join(" ")}\``;
}

/** `defineTool({ … })` with the name, the description, the arguments and a first result; the lines after the first indented. */
export function toolText(define: string, plan: ToolPlan, indent: string): string {
  const inner = `${indent}  `;
  return [
    `${define}({`,
    `${inner}name: "${plan.name}",`,
    `${inner}description: ${JSON.stringify(plan.description)},`,
    `${inner}params: ${params(plan, inner)},`,
    `${inner}run: ${body(plan)},`,
    `${indent}})`,
  ].join("\n");
}

/** The server's API, as a file of `data/plugins` imports it. */
const HOST = "../../host-server/tools/plugin.ts";

/** A file of `data/plugins`. */
export function pluginText(plan: ToolPlan): string {
  return `import type { PluginHost } from "${HOST}";

export default ({ definePlugin }: PluginHost) =>
  ${toolText("definePlugin", plan, "  ")};
`;
}
