import type { JsonObject } from "../../protocol/json.ts";
import { checkArguments, inputSchema, type ToolArguments, type ToolParams } from "../../protocol/tool-schema.ts";
import type { SourceTool, ToolOutcome } from "./source.ts";

/** A tool that runs inside the server. */
export interface Plugin {
  readonly tool: SourceTool;
  /** @throws ToolArgumentError when an argument is missing or out of range */
  run(args: JsonObject, signal: AbortSignal): Promise<ToolOutcome>;
}

/** Declares a plugin: what the model is told, its arguments, and what it does with them once checked. */
export function definePlugin<const P extends ToolParams>(plugin: {
  name: string;
  description: string;
  params: P;
  run(args: ToolArguments<P>, signal: AbortSignal): Promise<ToolOutcome> | ToolOutcome;
}): Plugin {
  const { name, description, params, run } = plugin;
  return {
    tool: { name, description, inputSchema: { ...inputSchema(params) } },
    run: async (args, signal) => run(checkArguments(params, args), signal),
  };
}
