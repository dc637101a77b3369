import type { WireMessage } from "./messages.ts";

/** Where a value stands in a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const OPEN_OBJECT = 123;
const CLOSE_LIST = 93;
const CLOSE_OBJECT = 125;

/** Index after the closing quote of the string that begins at `at`. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

/** An odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text.charCodeAt(at - 1 - count) === BACKSLASH) count++;
  return count % 2 === 1;
}

/**
 * Whether lists and objects lie in each other deeper than so many levels.
 *
 * @param text that `JSON.parse` accepts
 */
export function isDeeperThan(text: string, levels: number): boolean {
  if (text.length <= 2 * levels) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    if (depth > levels) return true;
  }
  return false;
}

/**
 * Where the value of a message's own `id` stands in its text, without the blanks around it; undefined when the text has
 * none, or has it twice.
 *
 * @param text a JSON object that `JSON.parse` accepts
 */
export function idSpan(text: string): Span | undefined {
  let found: Span | undefined;
  let depth = 0;
  let keyStart = -1;
  let isId = false;
  let valueStart = -1;
  for (let at = text.indexOf("{"); at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1 && keyStart < 0) {
        keyStart = at;
        isId = text.slice(at, end) === '"id"';
      }
      at = end - 1;
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    else if ((code === CLOSE_LIST || code === CLOSE_OBJECT) && depth > 1) depth--;
    else if (depth !== 1) continue;
    else if (code === COLON) valueStart = at + 1;
    else if (code === COMMA || code === CLOSE_OBJECT) {
      if (isId && found) return undefined;
      if (isId) found = trimmed(text, valueStart, at);
      keyStart = -1;
      isId = false;
      if (code !== COMMA) break;
    }
  }
  return found;
}

function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (text.charCodeAt(start) <= 32) start++;
  while (text.charCodeAt(end - 1) <= 32) end--;
  return { start, end };
}

/** The `id` of a message as it was written: 1, 1.0 and "1" stay what they are. */
export function writtenId({ text, value, idAt }: WireMessage): string {
  return idAt ? text.slice(idAt.start, idAt.end) : JSON.stringify(value["id"] ?? null);
}

/** The same message with another id, which is given as JSON; not another byte is touched. */
export function withId({ text, value, idAt }: WireMessage, id: string): string {
  if (idAt) return text.slice(0, idAt.start) + id + text.slice(idAt.end);
  // A text that names its id twice, or in escapes.
  const { id: _, ...rest } = value;
  const others = JSON.stringify(rest);
  return others === "{}" ? `{"id":${id}}` : `{"id":${id},${others.slice(1)}`;
}
