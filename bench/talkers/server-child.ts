import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { openServerStorage } from "../../host-server/server/open-storage.ts";
import { createServer } from "../../host-server/server.ts";

/** What the parent gets: the port once, and what was used whenever it asks. */
export type FromServer =
  | { readonly type: "listening"; readonly port: number; readonly http: number }
  | { readonly type: "usage"; readonly cpuMicroseconds: number; readonly rssBytes: number };

function tell(message: FromServer): void {
  process.send?.(message);
}

// The server as `xiaozhi server` runs it: what is measured includes its log.
const { config } = loadConfig({ path: "", env: process.env, providers });
const log = createLog({ level: config.log.level });
// Where somebody looks at the console there is a database.
const [dataDirectory] = process.argv.slice(2);
const storage =
  dataDirectory &&
  (await openServerStorage({ config, dataDirectory, clock: systemClock, log: createLog({ level: "silent" }) }));
const kept = storage ? { storage, dataDirectory } : {};
const server = createServer({ config, clock: systemClock, log, ...kept });
await server.start();
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  tell({ type: "usage", cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "listening", port: server.ports.websocket, http: server.ports.http });
