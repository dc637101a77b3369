import { serveJobs } from "../../workers/jobs.ts";
import type { Speech } from "../tts.ts";
import { type FliteVoice, loadFlite, synthesize } from "./flite-voice.ts";

/** A sentence to speak; an empty one only loads the synthesiser. */
export interface FliteJob {
  text: string;
  voice: FliteVoice;
}

serveJobs<FliteJob, Speech>(async ({ text, voice }) => {
  await loadFlite();
  const speech = await synthesize(text, voice);
  return { result: speech, transfer: [speech.pcm.buffer as ArrayBuffer] };
});
