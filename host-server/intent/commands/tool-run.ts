import type { ToolSpec } from "../../providers/llm.ts";
import { type Command, type CommandState, call, type Step, sayIn } from "../command.ts";
import type { Language } from "../language.ts";
import type { Outcome } from "../outcome.ts";
import { toolNamed } from "./tools-by-name.ts";

/** Languages as plugins name them. */
export const LANG: Readonly<Record<Language, string>> = { en: "en_US", zh: "zh_CN" };

/** The commands for a tool, where there is one of such a name. */
export function withTool(
  tools: readonly ToolSpec[],
  ending: RegExp,
  commands: (tool: ToolSpec) => Command[],
): Command[] {
  const tool = toolNamed(tools, ending);
  return tool ? commands(tool) : [];
}

/** Calls the tool, then says what `done` makes of its result, or why it failed. */
export function run(
  { outcomes: [outcome], language }: CommandState,
  tool: ToolSpec,
  args: Record<string, unknown>,
  done: (outcome: Outcome) => Readonly<Record<Language, string>>,
): Step {
  if (!outcome) return call(tool.name, args);
  if (outcome.ok) return sayIn(language, done(outcome), "happy");
  const { error } = outcome;
  return sayIn(language, { en: `That did not work: ${error}.`, zh: `没有成功：${error}。` }, "sad");
}
