import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "../../host-server/errors.ts";
import { readMcpSettings } from "../../host-server/tools/server-mcp/settings.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { ImportReport } from "./report.ts";

/** What an import of MCP servers needs. */
export interface McpImport {
  /** The file that names them, as the reference and other programs have it. */
  readonly from: string;
  /** That of this server. */
  readonly to: string;
  readonly isDry: boolean;
  readonly report: ImportReport;
}

/**
 * Adds the MCP servers of a file to those of this server; one that is known by its name stays as it is.
 *
 * @throws ConfigError when one of the files cannot be understood
 */
export function importMcpServers({ from, to, isDry, report }: McpImport): void {
  const theirs = entriesOf(from);
  const ours = existsSync(to) ? readTree(to) : {};
  const known: JsonObject = isObject(ours["mcpServers"]) ? { ...ours["mcpServers"] } : {};
  for (const [name, entry] of Object.entries(theirs)) {
    const text = JSON.stringify({ mcpServers: { [name]: entry } });
    const [reason] = readMcpSettings(text, from).errors;
    if (reason !== undefined) report.leave(`MCP server ${name}`, reason);
    else if (Object.hasOwn(known, name)) report.leave(`MCP server ${name}`, "there is one of this name already");
    else {
      known[name] = entry;
      report.take(`MCP server ${name}`);
    }
  }
  if (isDry || report.taken.length === 0) return;
  mkdirSync(dirname(to), { recursive: true });
  // Keys of services may stand in it.
  writeFileSync(to, `${JSON.stringify({ ...ours, mcpServers: known }, null, 2)}\n`, { mode: 0o600 });
}

function entriesOf(path: string): JsonObject {
  const { mcpServers } = readTree(path);
  if (isObject(mcpServers)) return mcpServers;
  throw new ConfigError("config-invalid", `config-invalid: ${path}: expected an object mcpServers`);
}

function readTree(path: string): JsonObject {
  try {
    const tree: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isObject(tree)) return tree;
    throw new SyntaxError("expected an object");
  } catch (cause) {
    throw new ConfigError("config-invalid", `config-invalid: ${path}: ${(cause as Error).message}`, { cause });
  }
}
