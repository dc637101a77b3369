import type { JsonSchema } from "../providers/llm.ts";
import { largestSlot } from "./numbers.ts";
import { isObject } from "./outcome.ts";

/** An argument that a tool needs, by what a person can say for it; `other` cannot be said. */
export type NeededArgument = { readonly name: string } & (
  | { readonly kind: "number"; readonly from: number; readonly to: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | { readonly kind: "other" }
);

/** So many choices at most become sentences. */
const MAX_CHOICES = 24;

/** Gives the arguments without which a tool cannot be called; undefined when the schema is not understood. */
export function neededArguments(schema: JsonSchema): NeededArgument[] | undefined {
  const required = schema["required"] ?? [];
  const properties = schema["properties"] ?? {};
  if (!Array.isArray(required) || !isObject(properties)) return undefined;
  return required.map((name) => argumentOf(String(name), properties[String(name)]));
}

/** The one number that a tool may be given but does not need; undefined when it has other arguments, or none. */
export function optionalNumber(schema: JsonSchema): Extract<NeededArgument, { kind: "number" }> | undefined {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const [first, ...others] = Object.entries(properties);
  if (!first || others.length > 0) return undefined;
  const argument = argumentOf(...first);
  return argument.kind === "number" ? argument : undefined;
}

function argumentOf(name: string, property: unknown): NeededArgument {
  if (!isObject(property)) return { name, kind: "other" };
  const { type, minimum, maximum } = property;
  const choices = property["enum"];
  if (Array.isArray(choices)) return choice(name, choices);
  if (type === "boolean") return { name, kind: "boolean" };
  const isNumber = (type === "integer" || type === "number") && Number.isInteger(minimum) && Number.isInteger(maximum);
  // Of a wide range the part that a grammar holds can be said; what lies outside is not understood.
  const [from, to] = [Number(minimum), Math.min(Number(maximum), largestSlot)];
  return isNumber && from >= 0 && from <= to ? { name, kind: "number", from, to } : { name, kind: "other" };
}

function choice(name: string, choices: readonly unknown[]): NeededArgument {
  const values = choices.filter((value) => typeof value === "string");
  const isSayable = values.length === choices.length && values.length > 0 && values.length <= MAX_CHOICES;
  return isSayable ? { name, kind: "choice", values } : { name, kind: "other" };
}
