import { joinSamples } from "../host-server/audio/join.ts";
import { createResampler } from "../host-server/audio/resampler.ts";
import { SilenceTrimmer } from "../host-server/audio/silence-trimmer.ts";
import { type SpeechGrammar, toJsgf } from "../host-server/intent/jsgf.ts";
import { parseTemplate } from "../host-server/intent/template.ts";
import { englishPhones } from "../host-server/providers/asr/phones.ts";
import type { Recognised } from "../host-server/providers/asr/recogniser.ts";
import type { RecogniserJob } from "../host-server/providers/asr/soundswallower-worker.ts";
import { type Lane, WorkerPool } from "../host-server/workers/worker-pool.ts";
import type { Clock } from "../protocol/clock.ts";
import type { Speech } from "../simulator/conversation.ts";

const SAMPLE_RATE = 16_000;
const FRAME_SAMPLES = 960;

/** How often a recording is listened to. */
const TIMES = 4;

function mostCommon(texts: readonly string[]): string {
  const count = (text: string) => texts.filter((other) => other === text).length;
  return texts.toSorted((a, b) => count(b) - count(a))[0] ?? "";
}

/** Ears for checks: says which of a few sentences a recording holds, from its sound alone. */
export class Listener {
  readonly #pool: WorkerPool<RecogniserJob, Recognised>;
  readonly #grammar: SpeechGrammar;

  /** @param templates as in `parseTemplate`: `"the volume is now {volume:0-100} percent"` */
  constructor(templates: readonly string[], clock: Clock) {
    const module = new URL("../host-server/providers/asr/soundswallower-worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ module, size: 1, clock });
    this.#grammar = toJsgf({ kind: "choice", options: templates.map(parseTemplate) }, englishPhones);
  }

  /** The sentence in words; "" when it is none of them. */
  async hear({ pcm, sampleRate }: Speech): Promise<string> {
    const resampler = createResampler(sampleRate, SAMPLE_RATE);
    const sound = raised(trimmed(resampler.process(pcm)));
    resampler.close();
    const lane = await this.#pool.acquire();
    try {
      // The recogniser gets used to a voice while it listens, so what it says first is its worst guess.
      const texts: string[] = [];
      for (let time = 0; time < TIMES; time++) texts.push(await this.#decode(lane, sound));
      return mostCommon(texts.slice(1));
    } finally {
      lane.release();
    }
  }

  async #decode(lane: Lane<RecogniserJob, Recognised>, pcm: Int16Array): Promise<string> {
    await lane.request({ kind: "begin", grammar: this.#grammar });
    await lane.request({ kind: "feed", pcm });
    return (await lane.request({ kind: "end" })).text;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Long silence around a sentence makes the recogniser hear words in it. */
function trimmed(pcm: Int16Array): Int16Array {
  const trimmer = new SilenceTrimmer(pcm.length);
  const pieces: Int16Array[] = [];
  for (let at = 0; at < pcm.length; at += FRAME_SAMPLES) {
    pieces.push(...trimmer.accept(pcm.subarray(at, at + FRAME_SAMPLES)));
  }
  return joinSamples([...pieces, ...trimmer.end()]);
}

/** Full scale is 32767; the voices of the recogniser's training peak about here. */
const PEAK = 20_000;

/** A device that was told to be quiet is understood as well as a loud one. */
function raised(pcm: Int16Array): Int16Array {
  const peak = pcm.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 1);
  return pcm.map((sample) => Math.round((sample * PEAK) / peak));
}
