import type { JsonObject } from "../../../protocol/json.ts";
import { ToolError } from "../../errors.ts";
import type { Plugin } from "../plugin.ts";
import type { ToolCaller, ToolOutcome, ToolSource } from "../source.ts";

/** The plugins as one device has them, in the order in which models see them. */
export function createPluginSource(plugins: readonly Plugin[], caller: ToolCaller): ToolSource {
  return {
    id: "SERVER_PLUGIN",
    list: () => plugins.filter((plugin) => plugin.isOffered?.() ?? true).map(({ tool }) => tool),
    call: async (name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> => {
      const plugin = plugins.find(({ tool }) => tool.name === name);
      if (!plugin) throw new ToolError("tool-unknown", `there is no plugin named ${name}`);
      return plugin.run(args, caller, signal);
    },
    // Plugins are fixed for the life of the server, and whether one is of use is decided once in a conversation.
    onChange: () => () => {},
  };
}
