import { join } from "node:path";
import type { Clock } from "../protocol/clock.ts";
import type { Config } from "./config/schema.ts";
import type { Log } from "./log.ts";
import { handleExitIntent } from "./tools/plugins/handle-exit-intent.ts";
import { homeAssistantServer } from "./tools/server-mcp/home-assistant.ts";
import type { McpServerSettings } from "./tools/server-mcp/settings.ts";
import { McpSettingsFile } from "./tools/server-mcp/settings-file.ts";
import { ServerMcpSource } from "./tools/server-mcp/source.ts";
import type { ToolSource } from "./tools/source.ts";
import { createPluginSource } from "./tools/sources/plugin.ts";

/** The file that names MCP servers, in the data folder. */
const MCP_SETTINGS_FILE = ".mcp_server_settings.json";

export interface ServerToolsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDirectory: string;
}

/** The tools that the server itself brings for every device: its plugins, and the MCP servers it is connected to. */
export class ServerTools {
  /** What every session offers. */
  readonly sources: readonly ToolSource[];
  readonly #options: ServerToolsOptions;
  readonly #mcp: ServerMcpSource;
  readonly #mcpFile: McpSettingsFile;

  constructor(options: ServerToolsOptions) {
    const { clock, log, dataDirectory } = options;
    this.#options = options;
    this.#mcp = new ServerMcpSource({ clock, log });
    this.#mcpFile = new McpSettingsFile({
      path: join(dataDirectory, MCP_SETTINGS_FILE),
      clock,
      log,
      onServers: (servers) => this.#mcp.configure([...this.#presets(), ...servers]),
    });
    this.sources = [createPluginSource([handleExitIntent]), this.#mcp];
  }

  /** Opens the MCP servers in the background. */
  start(): void {
    // A file that cannot be understood leaves the presets.
    this.#mcp.configure(this.#presets());
    this.#mcpFile.read();
    this.#mcpFile.watch();
  }

  /** Reads the settings of the MCP servers again; what has not changed stays connected. */
  reload(): void {
    this.#mcpFile.read();
  }

  async stop(): Promise<void> {
    this.#mcpFile.close();
    await this.#mcp.close();
  }

  #presets(): McpServerSettings[] {
    const { url, token } = this.#options.config.home_assistant;
    return url === "" ? [] : [homeAssistantServer(url, token)];
  }
}
