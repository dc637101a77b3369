import { joinSamples } from "../host-server/audio/join.ts";
import { createResampler } from "../host-server/audio/resampler.ts";
import { SilenceTrimmer } from "../host-server/audio/silence-trimmer.ts";
import { systemClock } from "../host-server/clock.ts";
import { toJsgf } from "../host-server/intent/jsgf.ts";
import { parseTemplate } from "../host-server/intent/template.ts";
import { englishPhones } from "../host-server/providers/asr/phones.ts";
import type { RecogniserJob } from "../host-server/providers/asr/soundswallower-worker.ts";
import type { FliteVoice } from "../host-server/providers/tts/flite-voice.ts";
import { synthesize as speak } from "../host-server/providers/tts/flite-voice.ts";
import type { Speech } from "../host-server/providers/tts.ts";
import { WorkerPool } from "../host-server/workers/worker-pool.ts";

/**
 * Speaks an English text without a server: for demonstrations and tests that need someone talking.
 *
 * @returns mono PCM and its rate in Hz; no samples when there is nothing to say
 */
export function synthesize(text: string, voice: FliteVoice = "rms"): Promise<Speech> {
  return speak(text, voice);
}

/**
 * Says which sentence of these templates is spoken, in words; an empty text when none is. For checks that listen to what
 * a device plays. Takes a worker thread and about half a second, most of it to load the model.
 *
 * @param speech mono PCM of any rate
 * @param templates as in `parseTemplate`: `"the volume is now {volume:0-100} percent"`
 */
export async function recognize(speech: Speech, templates: readonly string[]): Promise<string> {
  const resampler = createResampler(speech.sampleRate, 16_000);
  const pcm = resampler.process(speech.pcm);
  resampler.close();
  const pool = new WorkerPool<RecogniserJob, string>({ module: recogniserWorker, size: 1, clock: systemClock });
  const lane = await pool.acquire();
  try {
    const sentences = templates.map(parseTemplate);
    await lane.request({ kind: "begin", grammar: toJsgf({ kind: "choice", options: sentences }, englishPhones) });
    await lane.request({ kind: "feed", pcm: joinSamples(trimSilence(pcm)) });
    return await lane.request({ kind: "end" });
  } finally {
    await pool.close();
  }
}

const recogniserWorker = new URL("../host-server/providers/asr/soundswallower-worker.ts", import.meta.url);

function trimSilence(pcm: Int16Array): Int16Array[] {
  const trimmer = new SilenceTrimmer(pcm.length);
  const frames = Array.from({ length: Math.ceil(pcm.length / 960) }, (_, at) => pcm.subarray(at * 960, (at + 1) * 960));
  return [...frames.flatMap((frame) => trimmer.accept(frame)), ...trimmer.end()];
}
