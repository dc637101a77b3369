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
 * @throws ProtocolError `json-invalid`
 */
export function parseJson(text: string): unknown {
  if (mayBeDeep(text) && depthOf(text) > MAX_DEPTH) {
    throw new ProtocolError("json-invalid", "text", `nested deeper than ${MAX_DEPTH} levels`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError("json-invalid", "text", `expected JSON, got ${shown(text)}`);
  }
}

/** Looking for brackets with `indexOf` is native code on XS; the exact scan below runs only for texts with many. */
function mayBeDeep(text: string): boolean {
  let count = 0;
  for (const bracket of ["[", "{"]) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++count > MAX_DEPTH) return true;
    }
  }
  return false;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  let escaped = false;
  for (const character of text) {
    if (inString) {
      if (escaped) escaped = false;
      else if (character === "\\") escaped = true;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return deepest;
}

/** True for a JSON object, false for arrays, null and everything else. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
