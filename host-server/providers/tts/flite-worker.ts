import { serveJobs } from "../../workers/jobs.ts";
import type { Speech } from "../tts.ts";
import { type FliteVoice, synthesizeWith } from "./flite-voice.ts";

/** A sentence to speak. */
export interface FliteJob {
  text: string;
  voice: FliteVoice;
  /** The compiled synthesiser: threads share one, which has 20 MB of voices inside. */
  module: WebAssembly.Module;
}

serveJobs<FliteJob, Speech>(async ({ text, voice, module }) => {
  const speech = await synthesizeWith(module, text, voice);
  return { result: speech, transfer: [speech.pcm.buffer as ArrayBuffer] };
});
