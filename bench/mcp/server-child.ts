import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { McpEndpointService } from "../../host-server/mcp-endpoint/service.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { KEY, type Subject } from "./run.ts";
import { startDirect, startSmallest } from "./smallest.ts";
import { answerOf } from "./tool.ts";

/** What the parent gets: the port once, and what was used whenever it asks. */
export type FromServer =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "usage"; readonly cpuMicroseconds: number; readonly rssBytes: number };

function tell(message: FromServer): void {
  process.send?.(message);
}

async function startOurs(): Promise<number> {
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_KEY: KEY,
  };
  const { config } = loadConfig({ path: "", env, providers });
  const log = createLog({ level: "silent" });
  const endpoint = new McpEndpointService({ config, clock: systemClock, log, dataDirectory: "" });
  await endpoint.start();
  return endpoint.port;
}

function start(subject: Subject): Promise<number> {
  if (subject === "direct") return startDirect(answerOf);
  return subject === "ours" ? startOurs() : startSmallest();
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  tell({ type: "usage", cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "listening", port: await start(process.argv[2] as Subject) });
