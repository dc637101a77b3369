import { writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { openServerStorage } from "../../host-server/server/open-storage.ts";
import { createServer } from "../../host-server/server.ts";

/** What the parent asks: what was used, or to note where time goes until that is asked for again, with a file for it. */
export type ToServer = { readonly type: "usage" } | { readonly type: "profile"; readonly file?: string };

/** What the parent gets: the port once, and an answer to each question. */
export type FromServer =
  | { readonly type: "listening"; readonly port: number; readonly http: number }
  | { readonly type: "usage"; readonly cpuMicroseconds: number; readonly rssBytes: number }
  | { readonly type: "done" };

function tell(message: FromServer): void {
  process.send?.(message);
}

/** Begins to note where the main thread's time goes; with a file: ends, and writes it. */
async function profile(file: string | undefined): Promise<void> {
  if (file === undefined) {
    inspector.connect();
    await inspector.post("Profiler.enable");
    await inspector.post("Profiler.start");
    return;
  }
  const { profile: noted } = await inspector.post("Profiler.stop");
  await writeFile(file, JSON.stringify(noted));
  inspector.disconnect();
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
const inspector = new Session();
process.on("message", async (question: ToServer) => {
  if (question.type === "profile") {
    await profile(question.file);
    return tell({ type: "done" });
  }
  const { user, system } = process.cpuUsage();
  tell({ type: "usage", cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "listening", port: server.ports.websocket, http: server.ports.http });
