import { type LoadJob, loadDetector, loadEmbedder, loadRecogniser, loadVoice } from "./engine.ts";

// Loads one model, and ends: well, or as the engine ends it.
try {
  const job = JSON.parse(process.argv[2] ?? "") as LoadJob;
  if (job.kind === "load-voice") loadVoice(job.engine, job.config);
  else if (job.kind === "load-embedder") loadEmbedder(job.engine, job.config);
  else if (job.kind === "load-detector") loadDetector(job.engine, job.config, 1);
  else loadRecogniser(job.engine, job.spec);
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
