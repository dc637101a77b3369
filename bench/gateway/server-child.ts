import { stampReceived } from "./frame.ts";
import type { Subject } from "./run.ts";

/** What the parent gets: the port once, and what was used whenever it asks. */
export type FromServer =
  | { readonly type: "listening"; readonly port: number }
  | {
      readonly type: "usage";
      readonly cpuMicroseconds: number;
      readonly mainMicroseconds: number;
      readonly rssBytes: number;
    };

function tell(message: FromServer): void {
  process.send?.(message);
}

/** Each loads only what it needs: what the others leave behind would be room for its devices. */
async function start(subject: Subject, workers: number): Promise<number> {
  if (subject === "ours") return (await import("./ours.ts")).startOurs(workers);
  if (subject === "raw") return (await import("./raw.ts")).startRawEcho(stampReceived);
  return (await import("./smallest.ts")).startSmallestGateway(stampReceived);
}

process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const main = process.threadCpuUsage();
  const mainMicroseconds = main.user + main.system;
  tell({ type: "usage", cpuMicroseconds: user + system, mainMicroseconds, rssBytes: process.memoryUsage.rss() });
});
process.on("disconnect", () => process.exit(0));
tell({ type: "listening", port: await start(process.argv[2] as Subject, Number(process.argv[3])) });
