import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "../errors.ts";
import { type McpServerSettings, readMcpSettings } from "../tools/server-mcp/settings.ts";

type Environment = { readonly [variable: string]: string | undefined };

/** What to connect, and where to. */
export interface BridgeOrder {
  /** The address that consoles show: the tools' side of an endpoint. */
  readonly endpoint: string;
  readonly servers: readonly McpServerSettings[];
  readonly warnings: readonly string[];
}

/** The reference's pipe reads this file when it is told nothing else. */
const USUAL_FILE = "mcp_config.json";

const OPTIONS = {
  endpoint: { type: "string" },
  url: { type: "string" },
  header: { type: "string", multiple: true },
  file: { type: "string" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the arguments of the bridge; undefined when help is wanted.
 *
 * @throws AppError `usage` or `config-invalid`, saying what is wrong
 */
export function readBridgeOrder(args: string[], env: Environment): BridgeOrder | undefined {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return undefined;
  const endpoint = toolSide(values.endpoint ?? env["MCP_ENDPOINT"] ?? "");
  const usual = env["MCP_CONFIG"] ?? (existsSync(USUAL_FILE) ? USUAL_FILE : undefined);
  const given = [positionals.length > 0, values.url !== undefined, values.file !== undefined].filter(Boolean).length;
  if (given > 1) throw wrong("give a command, --url or --file, not several of them");
  if (positionals.length > 0) return { endpoint, servers: [programOf(positionals, env)], warnings: [] };
  if (values.url !== undefined) return { endpoint, servers: [addressOf(values.url, values.header)], warnings: [] };
  const file = values.file ?? usual;
  if (file === undefined) throw wrong("give a command after --, or --url, or --file");
  return { endpoint, ...serversOf(file, env) };
}

/** The tools' side of the endpoint; the address of the callers' side is the same but for one word. */
function toolSide(text: string): string {
  const expected = "as --endpoint or in MCP_ENDPOINT an address is needed, as ws://host:8004/mcp_endpoint/mcp/?token=…";
  if (!URL.canParse(text)) throw wrong(expected);
  const url = new URL(text);
  if (!/^wss?:$/.test(url.protocol)) throw wrong(expected);
  url.pathname = url.pathname.replace(/\/(mcp|call)\/?$/, "/mcp/");
  return url.href;
}

function programOf([command = "", ...args]: readonly string[], env: Environment): McpServerSettings {
  return { kind: "program", name: basename(command), command, args, env: inherited(env) };
}

function addressOf(url: string, headers: readonly string[] = []): McpServerSettings {
  const entries = headers.map((header): [string, string] => {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(header) ?? [];
    if (name === undefined || value === undefined) throw wrong(`--header: expected "Name: value", got "${header}"`);
    return [name, value];
  });
  const entry = { url, headers: Object.fromEntries(entries) };
  const { servers = [], errors } = readMcpSettings(JSON.stringify({ mcpServers: { server: entry } }), "--url");
  const [server] = servers;
  if (!server) throw wrong(errors.join("\n"));
  return { ...server, name: new URL(url).host };
}

/** All servers of a file; one that is wrong stops everything, or somebody would wait for it. */
function serversOf(file: string, env: Environment): Pick<BridgeOrder, "servers" | "warnings"> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new AppError("config-unreadable", `config-unreadable: ${file}: ${String(error)}`, { cause: error });
  }
  const { servers = [], errors, warnings } = readMcpSettings(text, file);
  if (errors.length > 0) throw new AppError("config-invalid", errors.join("\n"));
  if (servers.length === 0) throw wrong(`${file} names no server that is to be used`);
  const own = (server: McpServerSettings): McpServerSettings =>
    server.kind === "program" ? { ...server, env: { ...inherited(env), ...server.env } } : server;
  return { servers: servers.map(own), warnings };
}

/** A program has the environment of who started it, but for the endpoint's token. */
function inherited(env: Environment): Record<string, string> {
  const known = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== "MCP_ENDPOINT",
  );
  return Object.fromEntries(known);
}

function wrong(what: string): AppError {
  return new AppError("usage", `xiaozhi mcp-bridge: ${what}`);
}
