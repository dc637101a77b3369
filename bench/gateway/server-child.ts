import { stampReceived } from "./frame.ts";
import type { Subject } from "./run.ts";

/** What the parent gets: the port once, and what was used whenever it asks. */
export type FromServer =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "usage"; readonly cpuMicroseconds: number; readonly rssBytes: number };

function tell(message: FromServer): void {
  process.send?.(message);
}

/** Each loads only what it needs: what the others leave behind would be room for its devices. */
async function start(subject: Subject): Promise<number> {
  if (subject === "ours") return (await import("./ours.ts")).startOurs();
  if (subject === "raw") return (await import("./raw.ts")).startRawEcho(stampReceived);
  return (await import("./smallest.ts")).startSmallestGateway(stampReceived);
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  tell({ type: "usage", cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "listening", port: await start(process.argv[2] as Subject) });
