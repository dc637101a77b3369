import { once } from "node:events";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/schema.ts";
import { hiding } from "../config/secrets/known-secrets.ts";
import { containedClock } from "../faults/contained-clock.ts";
import { outliveFaults } from "../faults/outlive-faults.ts";
import { createLog } from "../log.ts";
import { lanAddress } from "../ota/lan-address.ts";
import { readConfiguration } from "../server/read-configuration.ts";
import { ROLES, type Role } from "./relay.ts";
import { endpointKey, McpEndpointService } from "./service.ts";
import { RevokedTokens } from "./tokens/revoked-tokens.ts";
import { issueToken, readClaims } from "./tokens/token.ts";

const HELP = `Usage: xiaozhi mcp-endpoint [--config FILE]
       xiaozhi mcp-endpoint address [--agent NAME] [--role tool|caller|both] [--days N] [--host HOST]
       xiaozhi mcp-endpoint revoke ADDRESS|TOKEN|ID

The place to which MCP servers connect to give an assistant their tools. The server has it inside; this runs it alone.

  address  prints an address with a new token: for xiaozhi mcp-bridge, or for any program that connects tools
  revoke   makes a token worthless, also for an endpoint that runs; connections that are open stay

  --config FILE  configuration (default data/.config.yaml); the key lies beside it unless mcp_endpoint_server.key is set
  --agent NAME   whose tools these are  [mcp_endpoint_server.agent]
  --role ROLE    the side that the token opens: tool, caller or both  [tool]
  --days N       how long it is good for  [for ever]
  --host HOST    name or address of this computer  [its address in the local network]`;

const OPTIONS = {
  config: { type: "string", default: "data/.config.yaml" },
  agent: { type: "string" },
  role: { type: "string", default: "tool" },
  days: { type: "string" },
  host: { type: "string" },
  help: { type: "boolean" },
} as const;

/** What was asked for on the command line. */
interface Wishes {
  readonly agent?: string | undefined;
  readonly role: string;
  readonly days?: string | undefined;
  readonly host?: string | undefined;
}

/**
 * Runs the endpoint alone until SIGINT or SIGTERM, or makes and revokes tokens; gives the exit status.
 *
 * @throws ConfigError, or AppError `port-busy` and `port-refused`
 */
export async function runMcpEndpoint(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [task, ...rest] = positionals;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { config, warnings } = await readConfiguration(values.config);
  const dataDirectory = dirname(values.config);
  if (task === "address") return printAddress(config, dataDirectory, values);
  if (task === "revoke") return revoke(config, dataDirectory, rest);
  if (task !== undefined) {
    console.error(`xiaozhi mcp-endpoint: expected address or revoke, got "${task}"`);
    return 2;
  }
  const log = createLog({ level: config.log.level, hide: hiding(config) });
  for (const warning of warnings) log.warn({ file: values.config }, warning);
  const endNet = outliveFaults(log);
  const endpoint = new McpEndpointService({ config, clock: containedClock(systemClock, log), log, dataDirectory });
  await endpoint.start();
  log.info({ port: endpoint.port }, "MCP endpoint ready");
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await endpoint.stop();
  log.info("MCP endpoint stopped");
  endNet();
  return 0;
}

function printAddress(config: Config, dataDirectory: string, wishes: Wishes): number {
  const { agent = config.mcp_endpoint_server.agent, role, days: daysText, host = lanAddress() } = wishes;
  const roles: readonly Role[] = role === "both" ? ROLES : ROLES.filter((known) => known === role);
  const days = daysText === undefined ? undefined : Number(daysText);
  if (roles.length === 0 || (days !== undefined && !(days > 0))) {
    const wrong = roles.length === 0 ? `--role: expected tool, caller or both, got "${role}"` : undefined;
    console.error(`xiaozhi mcp-endpoint: ${wrong ?? `--days: expected a number above 0, got "${daysText}"`}`);
    return 2;
  }
  const rights = { agent, roles, ...(days !== undefined && { days }) };
  const { id, token } = issueToken(endpointKey(config, dataDirectory), rights, Date.now());
  const path = role === "caller" ? "call" : "mcp";
  console.log(`ws://${host}:${config.mcp_endpoint_server.port}/mcp_endpoint/${path}/?token=${token}`);
  console.error(`Token ${id}, for ${roles.join(" and ")} of ${agent}; xiaozhi mcp-endpoint revoke ${id} ends it.`);
  return 0;
}

function revoke(config: Config, dataDirectory: string, [given = ""]: readonly string[]): number {
  const token = given.includes("token=") ? (new URL(given).searchParams.get("token") ?? "") : given;
  let id = token;
  if (token.startsWith("xz1.")) {
    try {
      id = readClaims(token, endpointKey(config, dataDirectory)).id;
    } catch (error) {
      console.error(`xiaozhi mcp-endpoint revoke: ${error instanceof Error ? error.message : error}`);
      return 2;
    }
  }
  if (!/^[0-9a-f]{12}$/.test(id)) {
    console.error(`xiaozhi mcp-endpoint revoke: expected an address, a token or its id (12 hexadecimal digits)`);
    return 2;
  }
  new RevokedTokens(dataDirectory).add(id);
  console.log(`Token ${id} is revoked.`);
  return 0;
}
