import { AppError } from "../errors.ts";

/** What a template may name. */
export type TemplateValues = Readonly<Record<string, unknown>>;

type Node =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "value"; readonly name: string }
  | { readonly type: "if"; readonly branches: readonly Branch[] }
  | { readonly type: "for"; readonly name: string; readonly list: string; readonly body: readonly Node[] };

interface Branch {
  /** Undefined for `else`. */
  readonly condition: string | undefined;
  readonly body: readonly Node[];
}

interface Token {
  readonly kind: "text" | "value" | "tag";
  readonly text: string;
}

const NAME = /^[A-Za-z_][\w.]*$/;
const PIECE = /\{\{-?\s*([\s\S]*?)\s*-?\}\}|\{%-?\s*([\s\S]*?)\s*-?%\}|\{#[\s\S]*?#\}/g;

/**
 * The part of Jinja that prompts use: `{{ name }}`, `{% if name %}` with `not`, `elif` and `else`, `{% for item in list %}`,
 * `{# … #}`. Nothing in it can run: what a name means is looked up, no more.
 */
export class Template {
  readonly #nodes: readonly Node[];

  /** @throws AppError `template-invalid` that says where */
  constructor(source: string) {
    const parser = new Parser(tokensOf(source));
    this.#nodes = parser.parse([]);
  }

  /** A name without a value is left out. */
  render(values: TemplateValues): string {
    return renderAll(this.#nodes, values);
  }
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const match of source.matchAll(PIECE)) {
    if (match.index > at) tokens.push({ kind: "text", text: source.slice(at, match.index) });
    at = match.index + match[0].length;
    if (match[1] !== undefined) tokens.push({ kind: "value", text: match[1] });
    else if (match[2] !== undefined) tokens.push({ kind: "tag", text: match[2].trim() });
  }
  if (at < source.length) tokens.push({ kind: "text", text: source.slice(at) });
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Reads up to one of these tags, which is left to read; up to the end when there are none. */
  parse(until: readonly string[]): Node[] {
    const nodes: Node[] = [];
    for (let token = this.#tokens[this.#at]; token; token = this.#tokens[this.#at]) {
      if (token.kind === "tag" && until.includes(wordOf(token.text))) return nodes;
      this.#at++;
      if (token.kind === "text") nodes.push({ type: "text", text: token.text });
      else if (token.kind === "value") nodes.push({ type: "value", name: nameIn(token.text) });
      else nodes.push(this.#block(token.text));
    }
    if (until.length > 0) throw invalid(`expected {% ${until.at(-1)} %} before the end`);
    return nodes;
  }

  #block(tag: string): Node {
    if (wordOf(tag) === "if") return this.#if(tag.slice(2).trim());
    const [, name, list] = /^for\s+(\w+)\s+in\s+(\S+)$/.exec(tag) ?? [];
    if (name === undefined || list === undefined) throw invalid(`cannot read {% ${tag} %}`);
    const body = this.parse(["endfor"]);
    this.#at++;
    return { type: "for", name, list: nameIn(list), body };
  }

  #if(first: string): Node {
    const branches: Branch[] = [];
    let condition: string | undefined = conditionIn(first);
    for (;;) {
      const body = this.parse(["elif", "else", "endif"]);
      branches.push({ condition, body });
      const tag = (this.#tokens[this.#at++] as Token).text;
      if (wordOf(tag) === "endif") return { type: "if", branches };
      condition = wordOf(tag) === "else" ? undefined : conditionIn(tag.slice(4).trim());
    }
  }
}

function wordOf(tag: string): string {
  return tag.split(/\s/)[0] as string;
}

function nameIn(text: string): string {
  if (!NAME.test(text)) throw invalid(`expected a name, got ${text.slice(0, 40)}`);
  return text;
}

function conditionIn(text: string): string {
  nameIn(text.replace(/^not\s+/, ""));
  return text;
}

function invalid(message: string): AppError {
  return new AppError("template-invalid", `template-invalid: ${message}`);
}

function renderAll(nodes: readonly Node[], values: TemplateValues): string {
  return nodes.map((node) => renderOne(node, values)).join("");
}

function renderOne(node: Node, values: TemplateValues): string {
  switch (node.type) {
    case "text":
      return node.text;
    case "value":
      return written(lookUp(node.name, values));
    case "if":
      return renderAll(node.branches.find(({ condition }) => holds(condition, values))?.body ?? [], values);
    default: {
      const list = lookUp(node.list, values);
      const items: readonly unknown[] = Array.isArray(list) ? list : [];
      return items.map((item) => renderAll(node.body, { ...values, [node.name]: item })).join("");
    }
  }
}

function holds(condition: string | undefined, values: TemplateValues): boolean {
  if (condition === undefined) return true;
  const name = condition.replace(/^not\s+/, "");
  const value = lookUp(name, values);
  const isTrue = Array.isArray(value) ? value.length > 0 : Boolean(value);
  return isTrue === (name === condition);
}

function lookUp(name: string, values: TemplateValues): unknown {
  let value: unknown = values;
  for (const key of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as TemplateValues)[key];
  }
  return value;
}

function written(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.map(written).join(" ") : String(value);
}
