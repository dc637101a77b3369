import type { SpeechGrammar } from "../../intent/jsgf.ts";
import { serveJobs } from "../../workers/jobs.ts";
import { Recogniser } from "./recogniser.ts";

/** A step of recognising an utterance. */
export type RecogniserJob =
  /** Loads the model and, with a grammar, gets that ready. */
  | { kind: "load"; grammar?: SpeechGrammar }
  /** Begins an utterance, dropping one that did not end. */
  | { kind: "begin"; grammar: SpeechGrammar }
  | { kind: "feed"; pcm: Int16Array }
  | { kind: "end" };

let loading: Promise<Recogniser> | undefined;
let isDecoding = false;

serveJobs<RecogniserJob, string>(async (job) => {
  loading ??= Recogniser.load();
  const recogniser = await loading;
  return { result: run(recogniser, job) };
});

function run(recogniser: Recogniser, job: RecogniserJob): string {
  switch (job.kind) {
    case "load":
      if (job.grammar && !isDecoding) {
        recogniser.begin(job.grammar);
        recogniser.end();
      }
      return "";
    case "begin":
      if (isDecoding) recogniser.end();
      recogniser.begin(job.grammar);
      isDecoding = true;
      return "";
    case "feed":
      return recogniser.feed(job.pcm);
    case "end":
      isDecoding = false;
      return recogniser.end();
  }
}
