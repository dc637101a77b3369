import type { ToolSpec } from "../providers/llm.ts";
import type { Language } from "./language.ts";
import type { Slots, Texts } from "./match.ts";
import type { Outcome } from "./outcome.ts";

/** Something that a person can ask for: the sentences that ask it, and what to do about it. */
export interface Command {
  /** Kebab-case name, for logs and tests. */
  intent: string;
  /** Templates in English, see `parseTemplate`; they make the speech grammar, too. */
  sentences: readonly string[];
  /** More of them for text alone: what would make the speech grammar too large. */
  written?: readonly string[];
  /** Templates in Chinese, for text. */
  chinese?: readonly string[];
  /** Nobody says please with it. It is understood when written, but the recogniser would find it in "please, um". */
  isCourtesy?: boolean;
  /** A sentence to suggest to a person; absent where nobody needs the hint. */
  example?: string;
  /** Says what comes next, given what the calls so far in this turn brought. */
  next(state: CommandState): Step;
  /** What "a bit more" means right after this command; absent where it means nothing. */
  more?(state: CommandState): Step;
  /** What "a bit less" means right after this command. */
  less?(state: CommandState): Step;
}

/** Where a command stands within its turn. */
export interface CommandState {
  slots: Slots;
  /** What was said in free places. */
  texts?: Texts;
  /** In which to answer. */
  language: Language;
  /** What the user asked for before; undefined at the beginning, or when that was not understood. */
  previous: { command: Command; slots: Slots } | undefined;
  /** Results of the calls made so far, in order. */
  outcomes: readonly Outcome[];
  /** Milliseconds since the Unix epoch. */
  now: number;
  /** Suggestions from the other commands. */
  examples: readonly string[];
}

/** A sentence to speak, which ends the turn, or a call to make. */
export type Step =
  | { type: "say"; text: string; emotion: string }
  | { type: "call"; tool: string; arguments: Record<string, unknown> };

/** Gives the commands that a set of tools makes possible; none when it lacks what they need. */
export type CommandSource = (tools: readonly ToolSpec[]) => readonly Command[];

/** Speaks and ends the turn. */
export function say(text: string, emotion = "neutral"): Step {
  return { type: "say", text, emotion };
}

/** Calls a tool. */
export function call(tool: string, args: Record<string, unknown> = {}): Step {
  return { type: "call", tool, arguments: args };
}

/** Speaks in the user's language and ends the turn. */
export function sayIn(language: Language, texts: Readonly<Record<Language, string>>, emotion = "neutral"): Step {
  return say(texts[language], emotion);
}
