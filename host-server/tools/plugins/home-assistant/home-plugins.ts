import type { Plugin, PluginHost } from "../../plugin.ts";
import { Home, type HomeSettings } from "./home.ts";

/**
 * One of the tools for a home's devices, by the REST API of Home Assistant. Undefined where `home_assistant.devices` names
 * none: homes with an MCP server need no such list.
 */
export function forHome(create: (home: Home) => Plugin): (host: PluginHost, home?: HomeSettings) => Plugin | undefined {
  return ({ web }, home) => {
    return home && home.url !== "" && home.devices.length > 0 ? create(new Home(home, web)) : undefined;
  };
}
