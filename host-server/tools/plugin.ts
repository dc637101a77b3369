import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { checkArguments, inputSchema, type ToolArguments, type ToolParams } from "../../protocol/tool-schema.ts";
import type { Log } from "../log.ts";
import type { SourceTool, ToolCaller, ToolOutcome } from "./source.ts";
import type { Web } from "./web.ts";

/** A tool that runs inside the server. */
export interface Plugin {
  readonly tool: SourceTool;
  /** Whether it is of use now, asked when a conversation begins; always unless given. */
  isOffered?(): boolean;
  /** @throws ToolArgumentError when an argument is missing or out of range */
  run(args: JsonObject, caller: ToolCaller, signal: AbortSignal): Promise<ToolOutcome>;
  /** Called when the server starts: for what goes on without being asked. */
  start?(): void;
  /** Called when the server stops. */
  stop?(): void;
}

/** What a plugin's `run` may give: a text for the model, or an outcome, of which everything may be left out. */
export type PluginAnswer = string | Partial<ToolOutcome>;

/** What a plugin is: what the model is told, its arguments, and what it does with them once they are checked. */
export interface PluginDefinition<P extends ToolParams> {
  readonly name: string;
  readonly description: string;
  readonly params: P;
  /** An error that it throws is told to the model. */
  run(args: ToolArguments<P>, caller: ToolCaller, signal: AbortSignal): Promise<PluginAnswer> | PluginAnswer;
  start?(): void;
  stop?(): void;
}

/** What a plugin is given when the server starts. */
export interface PluginHost {
  readonly definePlugin: typeof definePlugin;
  /** Its block under `plugins` in the configuration. */
  readonly settings: JsonObject;
  readonly clock: Clock;
  readonly log: Log;
  readonly web: Web;
  /** Folder with the server's files. */
  readonly dataDirectory: string;
  /** Minutes east of UTC where the devices are. */
  timezoneMinutes(): number;
}

/** What a file in `data/plugins` exports by default. */
export type PluginFile = (host: PluginHost) => Plugin | readonly Plugin[] | Promise<Plugin | readonly Plugin[]>;

/** Declares a plugin. */
export function definePlugin<const P extends ToolParams>(plugin: PluginDefinition<P>): Plugin {
  const { name, description, params } = plugin;
  return {
    tool: { name, description, inputSchema: { ...inputSchema(params) } },
    run: async (args, caller, signal) => outcomeOf(await plugin.run(checkArguments(params, args), caller, signal)),
    ...(plugin.start && { start: () => plugin.start?.() }),
    ...(plugin.stop && { stop: () => plugin.stop?.() }),
  };
}

function outcomeOf(answer: PluginAnswer): ToolOutcome {
  if (typeof answer === "string") return { text: answer, isError: false };
  const { data, reply, note } = answer;
  const text = answer.text ?? (data ? JSON.stringify(data) : (reply ?? note ?? "Done."));
  return { ...answer, text, isError: answer.isError ?? false };
}
