import type { JsonObject } from "../../../protocol/json.ts";
import { ToolError } from "../../errors.ts";
import type { Plugin } from "../plugin.ts";
import type { ToolOutcome, ToolSource } from "../source.ts";

/** The plugins that every device has, in the order in which models see them. */
export function createPluginSource(plugins: readonly Plugin[]): ToolSource {
  const byName = new Map(plugins.map((plugin) => [plugin.tool.name, plugin]));
  return {
    id: "SERVER_PLUGIN",
    list: () => plugins.map(({ tool }) => tool),
    call: async (name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome> => {
      const plugin = byName.get(name);
      if (!plugin) throw new ToolError("tool-unknown", `there is no plugin named ${name}`);
      return plugin.run(args, signal);
    },
    // Plugins are fixed for the life of the server.
    onChange: () => () => {},
  };
}
