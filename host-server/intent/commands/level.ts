import type { ToolSpec } from "../../providers/llm.ts";
import { type Command, type CommandState, call, type Step, say } from "../command.ts";
import { numberWords } from "../numbers.ts";
import { fieldIn, numberIn, type Outcome } from "../outcome.ts";

/** A device quantity from 0 to 100 that a tool sets and the device status tells. */
export interface Level {
  /** As spoken: `volume`. Also the tool's argument, its result field, and the slot in templates. */
  name: string;
  setTool: ToolSpec;
  statusTool: ToolSpec | undefined;
  /** Where the device status has it. */
  statusPath: readonly string[];
}

/** Percent by which "louder" or "darker" moves when the speaker names no amount. */
const usualStep = 10;

/** Sentences about a level and what they do to it: `fixed` sets it, `direction` moves it, else the slot `{<name>:0-100}` sets it. */
export interface LevelSentences extends Omit<Command, "next"> {
  /** Percent. */
  fixed?: number;
  /** Up or down by the slot `{step:0-100}` or the usual step; the present level is asked for first. */
  direction?: 1 | -1;
}

/** Gives the commands that change a level. */
export function levelCommands(level: Level, list: readonly LevelSentences[]): Command[] {
  return list.map(({ fixed, direction, ...command }) => ({
    ...command,
    next: (state) =>
      direction === undefined
        ? set(level, fixed ?? state.slots[level.name] ?? 0, state.outcomes[0])
        : move(level, direction, state),
  }));
}

function move(level: Level, direction: 1 | -1, { slots, outcomes }: CommandState): Step {
  const { name, statusTool, statusPath } = level;
  const [status, result] = outcomes;
  if (!statusTool) return say(`I cannot tell the ${name}. Say, for example: set the ${name} to fifty.`, "confused");
  if (!status) return call(statusTool.name);
  const current = numberIn(status.value, ...statusPath);
  if (!status.ok || current === undefined) {
    return say(`I could not find out the ${name}${status.ok ? "" : `: ${status.error}`}.`, "sad");
  }
  const target = Math.min(100, Math.max(0, current + direction * (slots["step"] ?? usualStep)));
  if (target === current && !result) {
    return say(`The ${name} is already at its ${direction > 0 ? "maximum" : "minimum"}.`);
  }
  return set(level, target, result);
}

function set({ name, setTool }: Level, target: number, outcome: Outcome | undefined): Step {
  if (!outcome) return call(setTool.name, { [argumentName(setTool, name)]: target });
  if (!outcome.ok) return say(`I could not set the ${name}: ${outcome.error}.`, "sad");
  // The device's own word counts: it may have limited the value.
  const reached = numberIn(outcome.value, name) ?? target;
  return say(`The ${name} is now ${numberWords(reached)} percent.`, "happy");
}

/** The tool's only required argument; tools that need more are no level tools. */
function argumentName({ inputSchema }: ToolSpec, fallback: string): string {
  const required = fieldIn(inputSchema, "required");
  return Array.isArray(required) && typeof required[0] === "string" ? required[0] : fallback;
}
