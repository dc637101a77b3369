import type { ToolArguments, ToolParams } from "../protocol/tool-schema.ts";

/** Something the device can do for the model. */
export interface Tool {
  /** By convention `self.<part>.<verb>`; unique on the device, also after `.` becomes `_`. */
  readonly name: string;
  /** For the model: what it does and when to use it, in full sentences. */
  readonly description: string;
  readonly params: ToolParams;
  /** `user` hides the tool from the model; only the console lists it. */
  readonly audience?: "user";
  /** The result: an object, a text, a number or a boolean; or a promise of one. Throws to say what went wrong. */
  run(args: never): unknown;
}

interface ToolDefinition<P extends ToolParams> extends Omit<Tool, "params" | "run"> {
  readonly params: P;
  run(args: ToolArguments<P>): unknown;
}

/**
 * Declares a tool. The arguments of `run` get their types from `params`, and are checked against it before `run` is
 * called.
 */
export function defineTool<const P extends ToolParams>(tool: ToolDefinition<P>): Tool {
  return tool;
}
