import { ProtocolError, shown } from "./errors.ts";

/** Any JSON object as parsed: member values are not yet checked. */
export type JsonObject = { [member: string]: unknown };

/**
 * Deeper than any message of this protocol (the deepest, a tool list, has nine levels). XS parses by recursion
 * on a small C stack, so a hostile text must be refused before `JSON.parse` sees it.
 */
const MAX_DEPTH = 24;

/**
 * The value of a JSON text.
 *
 * @param maxValues how many values it may hold, those within others included, where memory is short
 * @throws ProtocolError `json-invalid`
 */
export function parseJson(text: string, maxValues = Number.POSITIVE_INFINITY): unknown {
  if (count(text, "[{", MAX_DEPTH) > MAX_DEPTH || count(text, "[{,", maxValues) > maxValues) {
    const excess = excessOf(text, maxValues);
    if (excess !== undefined) throw new ProtocolError("json-invalid", "text", excess);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError("json-invalid", "text", `expected JSON, got ${shown(text)}`);
  }
}

/**
 * How often these characters occur, in strings too; no further than beyond `enough`. Looking with `indexOf` is native
 * code on XS; the exact look at each character is only for texts with many.
 */
function count(text: string, characters: string, enough: number): number {
  if (text.length <= enough) return 0;
  let found = 0;
  for (const character of characters) {
    for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
      if (++found > enough) return found;
    }
  }
  return found;
}

/**
 * What there is too much of: levels or values; each but the first value follows a bracket or a comma. It looks no further
 * than there: on a device a character takes microseconds, and whoever sends brackets sends many.
 */
function excessOf(text: string, maxValues: number): string | undefined {
  let depth = 0;
  let values = 1;
  let inString = false;
  let escaped = false;
  for (const character of text) {
    if (inString) {
      if (escaped) escaped = false;
      else if (character === "\\") escaped = true;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === ",") values++;
    else if (character === "[" || character === "{") {
      values++;
      if (++depth > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`;
    } else if (character === "]" || character === "}") depth--;
    if (values > maxValues) return `expected at most ${maxValues} values`;
  }
  return undefined;
}

/** True for a JSON object, false for arrays, null and everything else. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
