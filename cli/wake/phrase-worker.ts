import { serveJobs } from "../../host-server/workers/jobs.ts";
import { PhraseSpotter } from "./phrase-spotter.ts";

export type PhraseJob =
  /** Makes ready to find the phrase; comes first, and once. */
  | { kind: "load"; phrase: string }
  /** 60 ms at 16 kHz. The answer is whether the phrase has been said. */
  | { kind: "hear"; pcm: Int16Array }
  | { kind: "forget" };

let spotter: PhraseSpotter | undefined;

serveJobs<PhraseJob, boolean>(async (job) => {
  if (job.kind === "load") spotter = await PhraseSpotter.load(job.phrase);
  if (job.kind === "forget") spotter?.forget();
  return { result: job.kind === "hear" && !!spotter?.hear(job.pcm) };
});
