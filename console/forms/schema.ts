/** What the console reads of a JSON Schema, as zod writes it. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: { readonly [key: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
}

/** How a value is asked for. */
export type Kind = "text" | "secret" | "number" | "flag" | "choice" | "list" | "fields" | "pairs" | "json";

/** Names of values that are not to be read over a shoulder. */
const SECRET = /(^|_)(api_?key|key|token|secret|password)$/i;

/** Lists of `written|spoken`. */
const WORDS = /^replacement_words$/;

/** Whether it is an object that has texts by names of the user's choice. */
function holdsTexts({ additionalProperties: inner }: Schema): boolean {
  return typeof inner === "object" && inner.type === "string";
}

/** How to ask for the value of this key; whatever has no field of its own is written as JSON. */
export function kindOf(key: string, schema: Schema): Kind {
  const plain = plainOf(schema);
  if (plain.enum) return "choice";
  switch (plain.type) {
    case "boolean":
      return "flag";
    case "number":
    case "integer":
      return "number";
    case "string":
      return SECRET.test(key) ? "secret" : "text";
    case "array":
      if (WORDS.test(key)) return "pairs";
      return plain.items?.type === "string" && !plain.items.enum ? "list" : "json";
    case "object":
      if (plain.properties && Object.keys(plain.properties).length > 0) return "fields";
      return holdsTexts(plain) ? "pairs" : "json";
    default:
      return "json";
  }
}

/** Of several ways the one that a field can take: `one, or a list of them` is asked for as one. */
export function plainOf(schema: Schema): Schema {
  const ways = schema.anyOf?.filter((way) => way.const !== "");
  const [first, ...others] = ways ?? [];
  if (!first) return schema;
  const isOneOrMore = others.every((way) => way.type === "array" && way.items?.type === first.type);
  return isOneOrMore ? { ...schema, ...first, ...(schema.description && { description: schema.description }) } : schema;
}

/** Whether a value has the form that the field asks for: a list where one is asked for has not. */
export function fits(kind: Kind, value: unknown): boolean {
  if (value === undefined || value === null || kind === "json") return true;
  if (kind === "list") return Array.isArray(value);
  if (kind === "pairs")
    return typeof value === "object" && Object.values(value).every((one) => typeof one === "string");
  if (kind === "fields") return typeof value === "object" && !Array.isArray(value);
  return typeof value !== "object";
}

/** A default as it is shown to people. */
export function shownDefault(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value === "object" && Object.keys(value).length === 0) return "";
  const isList = Array.isArray(value) && value.every((one) => typeof one === "string");
  const text = typeof value === "string" ? value : isList ? value.join(", ") : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
