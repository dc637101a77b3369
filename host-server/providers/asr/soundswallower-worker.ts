import type { SpeechGrammar } from "../../intent/jsgf.ts";
import { serveJobs } from "../../workers/jobs.ts";
import { type Recognised, Recogniser } from "./recogniser.ts";

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

serveJobs<RecogniserJob, Recognised>(async (job) => {
  loading ??= Recogniser.load();
  const recogniser = await loading;
  return { result: run(recogniser, job) };
});

const nothing: Recognised = { text: "", isUnclear: false };

function run(recogniser: Recogniser, job: RecogniserJob): Recognised {
  switch (job.kind) {
    case "load":
      if (job.grammar && !isDecoding) {
        recogniser.begin(job.grammar);
        recogniser.end();
      }
      return nothing;
    case "begin":
      if (isDecoding) recogniser.end();
      recogniser.begin(job.grammar);
      isDecoding = true;
      return nothing;
    case "feed":
      return recogniser.feed(job.pcm);
    case "end":
      isDecoding = false;
      return recogniser.end();
  }
}
