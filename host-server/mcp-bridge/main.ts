import { once } from "node:events";
import { systemClock } from "../clock.ts";
import { createLog } from "../log.ts";
import { endpointAt } from "../tools/mcp-endpoint/web-socket-link.ts";
import { Bridge } from "./bridge.ts";
import { readBridgeOrder } from "./command-line.ts";
import { StatusLines } from "./status-lines.ts";

const HELP = `Usage: xiaozhi mcp-bridge --endpoint URL -- COMMAND [ARGUMENT…]
       xiaozhi mcp-bridge --endpoint URL --url URL [--header "Name: value"]…
       xiaozhi mcp-bridge --endpoint URL --file mcpServers.json

Gives the tools of MCP servers to a voice assistant: connects them to its MCP endpoint, and again whenever that is lost.

  --endpoint URL  address of the endpoint, with its token; else the variable MCP_ENDPOINT
  COMMAND         an MCP server that speaks over its standard input and output
  --url URL       an MCP server at an address: streamable HTTP, else SSE
  --header TEXT   sent to that address; may be given several times
  --file FILE     servers as in mcpServers files of assistants, each connected by itself;
                  else the file that MCP_CONFIG names, or mcp_config.json`;

/**
 * Runs bridges until SIGINT or SIGTERM; gives the exit status.
 *
 * @throws AppError when the arguments are wrong
 */
export async function runMcpBridge(args: string[]): Promise<number> {
  const order = readBridgeOrder(args, process.env);
  if (!order) {
    console.log(HELP);
    return 0;
  }
  const lines = process.stdout.isTTY ? new StatusLines(process.stdout) : undefined;
  const log = createLog({ level: "info", ...(lines && { output: lines.output }) });
  for (const warning of order.warnings) log.warn(warning);
  const endpoint = endpointAt(order.endpoint, { clock: systemClock });
  const show = () => lines?.show(bridges.map(({ status }) => status));
  const bridges = order.servers.map(
    (settings) => new Bridge({ settings, endpoint, clock: systemClock, log, onStatus: show }),
  );
  for (const bridge of bridges) bridge.start();
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await Promise.all(bridges.map((bridge) => bridge.stop()));
  return 0;
}
