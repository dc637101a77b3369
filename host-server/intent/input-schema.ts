import type { JsonSchema } from "../providers/llm.ts";
import { largestSlot } from "./numbers.ts";
import { isObject } from "./outcome.ts";

/** An argument that a tool needs; `from` and `to` are set where it is a number that can be spoken. */
export interface JsonRange {
  name: string;
  from?: number;
  to?: number;
}

/** Gives the arguments without which a tool cannot be called; undefined when the schema is not understood. */
export function requiredArguments(schema: JsonSchema): JsonRange[] | undefined {
  const required = schema["required"] ?? [];
  const properties = schema["properties"] ?? {};
  if (!Array.isArray(required) || !isObject(properties)) return undefined;
  return required.map((name) => rangeOf(String(name), properties[String(name)]));
}

function rangeOf(name: string, property: unknown): JsonRange {
  if (!isObject(property) || (property["type"] !== "integer" && property["type"] !== "number")) return { name };
  const { minimum, maximum } = property;
  if (!Number.isInteger(minimum) || !Number.isInteger(maximum)) return { name };
  const [from, to] = [Number(minimum), Number(maximum)];
  return from >= 0 && from <= to && to <= largestSlot ? { name, from, to } : { name };
}
