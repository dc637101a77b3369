/** What a tool call brought, read from the text of a tool message. */
export interface Outcome {
  ok: boolean;
  /** The parsed result: an object, a list, a number, a text, a boolean. */
  value: unknown;
  /** What went wrong, as a person can hear it; empty when `ok`. */
  error: string;
}

const failure =
  /^\s*(error\b|failed\b|failure\b|unknown tool\b|missing\b|invalid\b|value (is below|exceeds)\b|.*\b(timed out|timeout|not found|not connected|unavailable)\b)/i;

/**
 * Reads a tool result: JSON where it is JSON, otherwise text. `false`, `{"success":false}`, `{"isError":true}`,
 * `{"error":…}` and texts that report a failure are failures.
 */
export function readOutcome(content: string): Outcome {
  const value = unwrap(parseJson(content));
  const error = failureOf(value);
  return { ok: error === undefined, value, error: error ?? "" };
}

/** Gives a field of a result by path, when it is a number: `numberIn(status, "audio_speaker", "volume")`. */
export function numberIn(value: unknown, ...path: string[]): number | undefined {
  const found = fieldIn(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** Gives a field of a result by path, whatever it is. */
export function fieldIn(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** Whether a value is an object with fields: no list, not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    // Most tools answer in words.
    return content;
  }
}

/** Takes off the wrapping of an MCP result, whose text may be JSON again. */
function unwrap(value: unknown): unknown {
  if (!isObject(value) || value["isError"] === true) return value;
  if (isObject(value["structuredContent"])) return value["structuredContent"];
  const text = fieldIn((value["content"] as unknown[] | undefined)?.[0], "text");
  return typeof text === "string" ? parseJson(text) : value;
}

function failureOf(value: unknown): string | undefined {
  if (value === false) return "the device refused";
  if (typeof value === "string") return failure.test(value) ? plain(value) : undefined;
  if (!isObject(value)) return undefined;
  const failed = value["success"] === false || value["isError"] === true || typeof value["error"] === "string";
  if (!failed) return undefined;
  const content = fieldIn((value["content"] as unknown[] | undefined)?.[0], "text");
  const reason = [value["error"], value["message"], content].find((text) => typeof text === "string");
  return reason === undefined ? "the device refused" : plain(reason as string);
}

function plain(text: string): string {
  const sentence = text
    .trim()
    .replace(/^error:?\s*/i, "")
    .replace(/[.\s]+$/, "");
  return sentence === "" ? "no reason was given" : sentence.slice(0, 200);
}
