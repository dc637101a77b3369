import { randomUUID } from "node:crypto";
import type { ToolCall } from "../llm.ts";

/** A piece of a tool call as servers stream it. Each leaves out something else. */
export interface ToolCallDelta {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown } | null;
}

interface Draft {
  readonly index: number | undefined;
  id: string;
  name: string;
  source: string;
}

/** Longest part of arguments in what a model is told about them. */
const MAX_SHOWN_CHARACTERS = 200;

/** Puts the tool calls of one answer together from their pieces. */
export class ToolCallAssembly {
  readonly #drafts: Draft[] = [];

  push(delta: ToolCallDelta): void {
    const { id, function: part } = delta;
    const draft = this.#draftFor(delta);
    if (id) draft.id ||= id;
    if (part?.name) draft.name = part.name;
    const given = part?.arguments;
    // A few servers give the arguments as the object that they stand for.
    draft.source += typeof given === "string" ? given : given == null ? "" : JSON.stringify(given);
  }

  /** A call that the model has written as text: `{"name": …, "arguments": {…}}`. */
  pushText(source: string): void {
    const call = readJson(source);
    const name = isRecord(call) ? call["name"] : /"name"\s*:\s*"([^"]+)"/.exec(source)?.[1];
    const given = isRecord(call) ? (call["arguments"] ?? call["parameters"] ?? {}) : source;
    const text = typeof given === "string" ? given : JSON.stringify(given);
    this.#drafts.push({ index: undefined, id: "", name: typeof name === "string" ? name : "", source: text });
  }

  /** Number of calls so far. */
  get size(): number {
    return this.#drafts.length;
  }

  /** All calls, in the order in which they began; those without a name are left out. */
  finish(): ToolCall[] {
    return this.#drafts.filter(({ name }) => name !== "").map(toCall);
  }

  /**
   * Pieces belong together by index. Where that is missing, or the same for all, a new id or name begins a new call; a piece
   * with neither goes on with the last one.
   */
  #draftFor({ index, id, function: part }: ToolCallDelta): Draft {
    const last =
      typeof index === "number" ? this.#drafts.findLast((draft) => draft.index === index) : this.#drafts.at(-1);
    if (last && !(part?.name && beginsAnother(last, part.name, id ?? ""))) return last;
    const draft: Draft = { index: index ?? undefined, id: "", name: "", source: "" };
    this.#drafts.push(draft);
    return draft;
  }
}

function beginsAnother(last: Draft, name: string, id: string): boolean {
  if (last.name === "") return false;
  if (id !== "") return last.id !== "" && id !== last.id;
  return name !== last.name || readJson(last.source) !== undefined;
}

function toCall({ id, name, source }: Draft): ToolCall {
  const call: ToolCall = { id: id || `call_${randomUUID().slice(0, 8)}`, name, arguments: {} };
  if (source.trim() === "") return call;
  const once = readJson(source);
  // Some models write the JSON of their arguments as a JSON string.
  const given = typeof once === "string" ? readJson(once) : once;
  if (isRecord(given)) return { ...call, arguments: given };
  const shown = source.length > MAX_SHOWN_CHARACTERS ? `${source.slice(0, MAX_SHOWN_CHARACTERS)}…` : source;
  return { ...call, problem: `The arguments of ${name} have to be one JSON object; they were: ${shown}` };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told to the model, which can do better.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
