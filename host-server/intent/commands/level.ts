import type { ToolSpec } from "../../providers/llm.ts";
import { chineseNumber } from "../chinese-numbers.ts";
import { type Command, type CommandState, call, type Step, sayIn } from "../command.ts";
import { numberWords } from "../numbers.ts";
import { fieldIn, numberIn } from "../outcome.ts";

/** A device quantity from 0 to 100 that a tool sets and the device status tells. */
export interface Level {
  /** As spoken: `volume`. Also the tool's argument, its result field, and the slot in templates. */
  name: string;
  /** Its name in Chinese. */
  chinese: string;
  setTool: ToolSpec;
  statusTool: ToolSpec | undefined;
  /** Where the device status has it. */
  statusPath: readonly string[];
}

/** Percent by which "louder" or "darker" moves when the speaker names no amount. */
const usualStep = 10;

/** Sentences about a level and what they do to it: `fixed` sets it, `direction` moves it, else the slot `{<name>:0-100}` sets it. */
export interface LevelSentences extends Omit<Command, "next" | "more" | "less"> {
  /** Percent. */
  fixed?: number;
  /** Up or down by the slot `{step:0-100}` or the usual step; the present level is asked for first. */
  direction?: 1 | -1;
}

/** Gives the commands that change a level. "A bit more" after one goes on in its direction, or up. */
export function levelCommands(level: Level, list: readonly LevelSentences[]): Command[] {
  return list.map(({ fixed, direction, ...command }) => ({
    ...command,
    next: (state) =>
      direction === undefined
        ? set(level, fixed ?? state.slots[level.name] ?? 0, state, 0)
        : move(level, direction, state),
    more: (state) => move(level, direction ?? 1, state),
    less: (state) => move(level, direction === -1 ? 1 : -1, state),
  }));
}

function move(level: Level, direction: 1 | -1, state: CommandState): Step {
  const { name, chinese, statusTool, statusPath } = level;
  const { slots, outcomes, language } = state;
  const [status, result] = outcomes;
  if (!statusTool) {
    const en = `I cannot tell the ${name}. Say, for example: set the ${name} to fifty.`;
    return sayIn(language, { en, zh: `我不知道现在的${chinese}。你可以说：把${chinese}调到五十。` }, "confused");
  }
  if (!status) return call(statusTool.name);
  const current = numberIn(status.value, ...statusPath);
  if (!status.ok || current === undefined) {
    const reason = status.ok ? "" : `: ${status.error}`;
    return sayIn(
      language,
      { en: `I could not find out the ${name}${reason}.`, zh: `查不到${chinese}${reason}。` },
      "sad",
    );
  }
  const target = Math.min(100, Math.max(0, current + direction * (slots["step"] ?? usualStep)));
  if (target === current && !result) {
    const en = `The ${name} is already at its ${direction > 0 ? "maximum" : "minimum"}.`;
    return sayIn(language, { en, zh: `${chinese}已经是最${direction > 0 ? "大" : "小"}了。` });
  }
  return set(level, target, state, 1);
}

/** @param at which of the outcomes is the one of setting it */
function set(
  { name, chinese, setTool }: Level,
  target: number,
  { outcomes, language }: CommandState,
  at: number,
): Step {
  const outcome = outcomes[at];
  if (!outcome) return call(setTool.name, { [argumentName(setTool, name)]: target });
  if (!outcome.ok) {
    const { error } = outcome;
    return sayIn(
      language,
      { en: `I could not set the ${name}: ${error}.`, zh: `${chinese}没有调成：${error}。` },
      "sad",
    );
  }
  // The device's own word counts: it may have limited the value.
  const reached = numberIn(outcome.value, name) ?? target;
  const en = `The ${name} is now ${numberWords(reached)} percent.`;
  return sayIn(language, { en, zh: `${chinese}现在是百分之${chineseNumber(reached)}。` }, "happy");
}

/** The tool's only required argument; tools that need more are no level tools. */
function argumentName({ inputSchema }: ToolSpec, fallback: string): string {
  const required = fieldIn(inputSchema, "required");
  return Array.isArray(required) && typeof required[0] === "string" ? required[0] : fallback;
}
