import { systemClock } from "../../host-server/clock.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { closeStages, createStages, type Stages, warmUpStages } from "../../host-server/stages.ts";
import type { SpokenPhrase } from "../fleet/world/spoken-phrases.ts";
import { SPEECH_RATE } from "../fleet/world/spoken-phrases.ts";

const FRAME_SAMPLES = SPEECH_RATE * 0.06;

/** Seconds of CPU for a second of speech, of the recogniser and the voice that come with the server. */
export interface SpeechCost {
  readonly recogniser: number;
  readonly voice: number;
}

/** What hearing and speaking cost here, without any other computer. */
export async function measureSpeech(phrases: readonly SpokenPhrase[], dataDirectory: string): Promise<SpeechCost> {
  const { config } = loadConfig({ path: "", env: {}, providers });
  const stages = createStages(config, { clock: systemClock, log: createLog({ level: "silent" }), dataDirectory });
  try {
    await warmUpStages(stages);
    return { recogniser: await hear(stages, phrases), voice: await speak(stages, phrases) };
  } finally {
    await closeStages(stages);
  }
}

async function hear({ asr }: Stages, phrases: readonly SpokenPhrase[]): Promise<number> {
  const seconds = phrases.reduce((sum, { pcm }) => sum + pcm.length / SPEECH_RATE, 0);
  return cpuSeconds(async () => {
    for (const { pcm } of phrases) {
      const transcripts = asr.transcribe(frames(pcm), { tools: [] }, new AbortController().signal);
      for await (const _transcript of transcripts);
    }
  }, seconds);
}

async function speak({ tts }: Stages, phrases: readonly SpokenPhrase[]): Promise<number> {
  let seconds = 0;
  const from = process.cpuUsage();
  for (const { words } of phrases) {
    for await (const { pcm, sampleRate } of tts.speak(`${words}.`, new AbortController().signal)) {
      seconds += pcm.length / sampleRate;
    }
  }
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000_000 / seconds;
}

async function* frames(pcm: Int16Array): AsyncIterable<Int16Array> {
  for (let at = 0; at < pcm.length; at += FRAME_SAMPLES) yield pcm.subarray(at, at + FRAME_SAMPLES);
}

async function cpuSeconds(run: () => Promise<void>, perSeconds: number): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000 / perSeconds;
}
