import type { ToolArguments, ToolParams } from "../protocol/tool-schema.ts";

/** One call of a tool, as the tool sees it. */
export interface ToolCall {
  /** The caller has given up: stop as soon as it is safe. Nobody waits for the result. */
  readonly isCancelled: boolean;
  /** Has `callback` called once when the caller gives up; at once when it has already. */
  onCancel(callback: () => void): void;
  /**
   * Tells how far the work is (MCP `notifications/progress`), for callers that asked to be told.
   *
   * @param progress rises from call to call
   * @param total what `progress` will be at the end, where that is known
   */
  progress(progress: number, total?: number, message?: string): void;
}

/** Something the device can do for the model. */
export interface Tool {
  /** By convention `self.<part>.<verb>`; unique on the device, also after `.` becomes `_`. */
  readonly name: string;
  /** For the model: what it does and when to use it, in full sentences. */
  readonly description: string;
  readonly params: ToolParams;
  /** `user` hides the tool from the model; only the console lists it. */
  readonly audience?: "user";
  /**
   * For what cannot be undone: the question that the user has to answer first, for example "Erase all settings?". The
   * tool then runs only when it is called again, with `confirmed`, after the model was told to ask.
   */
  readonly confirm?: string;
  /** May be called by who has not asked for the list of the user's tools: a gateway. */
  readonly isCalledUnlisted?: true;
  /** The result: an object, a text, a number or a boolean; or a promise of one. Throws to say what went wrong. */
  run(args: never, call: ToolCall): unknown;
}

interface ToolDefinition<P extends ToolParams> extends Omit<Tool, "params" | "run"> {
  readonly params: P;
  run(args: ToolArguments<P>, call: ToolCall): unknown;
}

/**
 * Declares a tool. The arguments of `run` get their types from `params`, and are checked against it before `run` is
 * called.
 */
export function defineTool<const P extends ToolParams>(tool: ToolDefinition<P>): Tool {
  return tool;
}
