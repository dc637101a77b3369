import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { openServerStorage } from "../../host-server/server/open-storage.ts";
import { createServer } from "../../host-server/server.ts";
import { createStages } from "../../host-server/stages.ts";
import { PHRASES } from "../fleet/model/phrases.ts";
import { speakPhrases } from "../fleet/world/spoken-phrases.ts";
import { fleetStages } from "../fleet/world/stages.ts";

/** What the parent gets: the ports once, and what was used whenever it asks. */
export type FromSizedServer =
  | { readonly type: "listening"; readonly http: number }
  | { readonly type: "usage"; readonly cpuMs: number; readonly rssBytes: number };

/**
 * A server whose recogniser, model and voice cost next to nothing, as if they ran elsewhere: what is measured is everything
 * else. Its data are in the folder that it is given.
 */
async function start(dataDirectory: string): Promise<number> {
  const env = {
    XIAOZHI_SERVER_IP: "127.0.0.1",
    XIAOZHI_SERVER_PORT: "0",
    XIAOZHI_SERVER_HTTP_PORT: "0",
    XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
    XIAOZHI_CLOSE_CONNECTION_NO_VOICE_TIME: "3600",
    // All of them come from this computer.
    XIAOZHI_LIMITS_CONNECTIONS_PER_ADDRESS: "0",
  };
  const { config } = loadConfig({ path: "", env, providers });
  const [clock, log] = [systemClock, createLog({ level: "silent" })];
  const storage = await openServerStorage({ config, dataDirectory, clock, log });
  const stages = fleetStages(createStages(config, { clock, log, dataDirectory }), await speakPhrases(PHRASES));
  const server = createServer({ config, clock, log, dataDirectory, providers: stages, ...(storage && { storage }) });
  await server.start();
  return server.ports.http;
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function tell(message: FromSizedServer): void {
  process.send?.(message);
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  collectGarbage();
  tell({ type: "usage", cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "listening", http: await start(process.argv[2] ?? "") });
