import { join } from "node:path";
import type { Clock } from "../protocol/clock.ts";
import type { Config } from "./config/schema.ts";
import type { Log } from "./log.ts";
import { McpEndpointService } from "./mcp-endpoint/service.ts";
import { builtInPlugins, type ServerAbilities } from "./tools/built-in-plugins.ts";
import type { Endpoint } from "./tools/mcp-endpoint/link.ts";
import { McpEndpointSource } from "./tools/mcp-endpoint/source.ts";
import { endpointAt } from "./tools/mcp-endpoint/web-socket-link.ts";
import { definePlugin, type Plugin, type PluginHost } from "./tools/plugin.ts";
import { loadPluginFiles } from "./tools/plugin-files.ts";
import { homeAssistantServer } from "./tools/server-mcp/home-assistant.ts";
import type { McpServerSettings } from "./tools/server-mcp/settings.ts";
import { McpSettingsFile } from "./tools/server-mcp/settings-file.ts";
import { ServerMcpSource } from "./tools/server-mcp/source.ts";
import type { SourceTool, ToolCaller, ToolSource } from "./tools/source.ts";
import { createPluginSource } from "./tools/sources/plugin.ts";
import { createWeb, type Web } from "./tools/web.ts";

/** The file that names MCP servers, in the data folder. */
const MCP_SETTINGS_FILE = ".mcp_server_settings.json";
/** The folder with plugins, in the data folder. */
const PLUGIN_FOLDER = "plugins";

/** False switches a plugin off; a map has its settings. */
type PluginBlock = Config["plugins"][string];

export interface ServerToolsOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDirectory: string;
  readonly abilities: ServerAbilities;
  /** Minutes east of UTC where the devices are. */
  readonly timezoneMinutes: () => number;
  /** Endpoints to use beside those of the configuration. */
  readonly endpoints?: readonly Endpoint[];
}

/** The tools that the server itself brings for every device: its plugins, the MCP servers it is connected to, and MCP endpoints. */
export class ServerTools {
  readonly #options: ServerToolsOptions;
  readonly #mcp: ServerMcpSource;
  readonly #mcpFile: McpSettingsFile;
  readonly #endpointTools: McpEndpointSource;
  readonly #agentTools = new Map<string, McpEndpointSource>();
  /** Where others connect their tools; undefined when it is switched off. */
  readonly endpoint: McpEndpointService | undefined;
  readonly #web: Web;
  #plugins: readonly Plugin[];
  /** Names of blocks in the configuration, by the plugins that they make. */
  readonly #names = new Map<Plugin, string>();
  /** Plugins with settings that only agents have, by name and settings. */
  readonly #agentPlugins = new Map<string, readonly Plugin[]>();
  #home: Config["home_assistant"];

  /** @throws ConfigError when the settings of a plugin are wrong */
  constructor(options: ServerToolsOptions) {
    const { clock, log, dataDirectory } = options;
    this.#options = options;
    this.#home = options.config.home_assistant;
    this.#web = createWeb({ clock });
    this.#mcp = new ServerMcpSource({ clock, log });
    this.#endpointTools = new McpEndpointSource({ clock, log });
    this.#mcpFile = new McpSettingsFile({
      path: join(dataDirectory, MCP_SETTINGS_FILE),
      clock,
      log,
      onServers: (servers) => this.#mcp.configure([...this.#presets(), ...servers]),
    });
    if (options.config.mcp_endpoint_server.enabled) this.endpoint = new McpEndpointService(options);
    this.#plugins = this.#builtIn();
  }

  /**
   * What a session of this device offers; its agent may have other plugins than the configuration, and tools of its own at the
   * MCP endpoint.
   */
  sourcesFor(
    caller: ToolCaller,
    plugins = this.#options.config.plugins,
    agent: string | null = null,
  ): readonly ToolSource[] {
    const common = [createPluginSource(this.#pluginsFor(plugins), caller), this.#mcp, this.#endpointTools];
    const own = agent === null ? undefined : this.#sourceOfAgent(agent);
    return own ? [...common, own] : common;
  }

  /** The tools that others have connected for this agent alone. */
  toolsOfAgent(agent: string): readonly SourceTool[] {
    return this.#sourceOfAgent(agent)?.list() ?? [];
  }

  /** Loads the plugins of the data folder, and opens the MCP servers and endpoints in the background. */
  async start(): Promise<void> {
    // A file that cannot be understood leaves the presets.
    this.#mcp.configure(this.#presets());
    this.#mcpFile.read();
    this.#mcpFile.watch();
    this.#useEndpoints(this.#options.config);
    await this.#loadFiles();
    this.#startPlugins();
    await this.#openEndpoint();
  }

  /** Takes over what a configuration says about MCP servers and endpoints, and reads their file again; what has not changed stays connected. */
  reload(config: Config): void {
    this.#home = config.home_assistant;
    this.#mcpFile.read();
    this.#useEndpoints(config);
  }

  async stop(): Promise<void> {
    for (const plugin of [...this.#plugins, ...[...this.#agentPlugins.values()].flat()]) plugin.stop?.();
    this.#mcpFile.close();
    this.#endpointTools.close();
    for (const source of this.#agentTools.values()) source.close();
    await Promise.all([this.#mcp.close(), this.endpoint?.stop()]);
  }

  /** An assistant without the tools of others still talks. */
  async #openEndpoint(): Promise<void> {
    if (!this.#options.config.roles.includes("mcp")) return;
    try {
      await this.endpoint?.start();
    } catch (error) {
      this.#options.log.warn({ error }, "nobody can connect tools: the MCP endpoint is closed");
    }
  }

  /** One connection to the endpoint for each agent that somebody has talked to. */
  #sourceOfAgent(agent: string): McpEndpointSource | undefined {
    const { clock, log, config } = this.#options;
    // This agent's tools are everybody's.
    if (!this.endpoint || agent === config.mcp_endpoint_server.agent) return undefined;
    const known = this.#agentTools.get(agent);
    if (known) return known;
    const source = new McpEndpointSource({ clock, log });
    source.configure([this.endpoint.endOf(agent)]);
    this.#agentTools.set(agent, source);
    return source;
  }

  #useEndpoints({ mcp_endpoint }: Config): void {
    const { clock, endpoints = [] } = this.#options;
    const own = this.endpoint ? [this.endpoint.ownEnd] : [];
    this.#endpointTools.configure([...own, ...endpoints, ...mcp_endpoint.map((url) => endpointAt(url, { clock }))]);
  }

  #presets(): McpServerSettings[] {
    const { url, token } = this.#home;
    return url === "" ? [] : [homeAssistantServer(url, token)];
  }

  #builtIn(): readonly Plugin[] {
    return Object.keys(builtInPlugins).flatMap((name) => this.#create(name, this.#options.config.plugins[name]));
  }

  /** @throws ConfigError when its settings are wrong */
  #create(name: string, block: PluginBlock | undefined): readonly Plugin[] {
    const { byDefault = true, create } = builtInPlugins[name] ?? {};
    const host = this.#hostOf(name, block ?? byDefault);
    const abilities = { home: this.#home, agents: promptsOf(this.#options.config), ...this.#options.abilities };
    const made = [(host && create?.(host, abilities)) ?? []].flat();
    for (const plugin of made) this.#names.set(plugin, name);
    return made;
  }

  #pluginsFor(own: Config["plugins"]): readonly Plugin[] {
    const { plugins } = this.#options.config;
    const isOther = (name: string) => JSON.stringify(own[name]) !== JSON.stringify(plugins[name]);
    const others = [...new Set([...Object.keys(own), ...Object.keys(plugins)])].filter(isOther);
    if (others.length === 0) return this.#plugins;
    const shared = this.#plugins.filter((plugin) => !others.includes(this.#names.get(plugin) ?? ""));
    return [...shared, ...others.flatMap((name) => this.#ofAgent(name, own[name]))];
  }

  /** A plugin with an agent's settings; a file of the data folder has its own, and can only be switched off. */
  #ofAgent(name: string, block: PluginBlock | undefined): readonly Plugin[] {
    if (!(name in builtInPlugins)) {
      return block === false ? [] : this.#plugins.filter((plugin) => this.#names.get(plugin) === name);
    }
    const key = JSON.stringify([name, block ?? null]);
    const known = this.#agentPlugins.get(key);
    if (known) return known;
    let made: readonly Plugin[] = [];
    try {
      made = this.#create(name, block);
      this.#startPlugins(made);
    } catch (error) {
      this.#options.log.error({ plugin: name, error }, "an agent's plugin is left out");
    }
    this.#agentPlugins.set(key, made);
    return made;
  }

  /** One that cannot start is logged, and can still be called. */
  #startPlugins(plugins = this.#plugins): void {
    for (const { tool, start } of plugins) {
      try {
        start?.();
      } catch (error) {
        this.#options.log.error({ tool: tool.name, error }, "a plugin could not start");
      }
    }
  }

  /** What a plugin is given; undefined when it is switched off: `name: false`, or `enabled: false` in its block. */
  #hostOf(name: string, block: PluginBlock): PluginHost | undefined {
    const { clock, log, timezoneMinutes, dataDirectory } = this.#options;
    if (block === false) return undefined;
    const { enabled = true, ...settings } = block === true ? {} : block;
    if (enabled === false) return undefined;
    return {
      definePlugin,
      settings,
      clock,
      log: log.child({ plugin: name }),
      web: this.#web,
      dataDirectory,
      timezoneMinutes,
    };
  }

  /** A plugin of the data folder takes the place of a tool of the same name that the server has. */
  async #loadFiles(): Promise<void> {
    const { config, clock, log, dataDirectory } = this.#options;
    const folder = join(dataDirectory, PLUGIN_FOLDER);
    const files = await loadPluginFiles({
      folder,
      clock,
      log,
      hostOf: (name) => this.#hostOf(name, config.plugins[name] ?? true),
    });
    for (const [name, made] of files) for (const plugin of made) this.#names.set(plugin, name);
    const own = [...files.values()].flat();
    for (const [at, { tool }] of own.entries()) {
      const isFirst = own.findIndex((other) => other.tool.name === tool.name) === at;
      if (!isFirst) log.error({ tool: tool.name, folder }, "two plugins have a tool of this name; the first is used");
    }
    this.#plugins = [
      ...this.#plugins.filter(({ tool }) => !own.some((other) => other.tool.name === tool.name)),
      ...own,
    ];
    if (own.length > 0) log.info({ tools: own.map(({ tool }) => tool.name) }, "plugins loaded");
    for (const name of Object.keys(config.plugins)) {
      if (!(name in builtInPlugins) && !files.has(name)) {
        log.warn(`plugins.${name}: there is no such plugin here; this key is ignored`);
      }
    }
  }
}

function promptsOf({ agents }: Config): Record<string, string> {
  const named = Object.entries(agents).map(([name, { prompt }]) => [name, prompt] as const);
  return Object.fromEntries(named.filter((agent): agent is [string, string] => typeof agent[1] === "string"));
}
