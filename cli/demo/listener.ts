import { toJsgf } from "../../host-server/intent/jsgf.ts";
import { parseTemplate } from "../../host-server/intent/template.ts";
import { englishPhones } from "../../host-server/providers/asr/phones.ts";
import type { RecogniserJob } from "../../host-server/providers/asr/soundswallower-worker.ts";
import { WorkerPool } from "../../host-server/workers/worker-pool.ts";
import type { Clock } from "../../protocol/clock.ts";
import { resample } from "../../simulator/audio/resample.ts";
import type { Speech } from "../../simulator/conversation.ts";

const SAMPLE_RATE = 16_000;

/** What a device can be heard to say; anything else is heard as nothing. */
const ANSWERS = [
  "the (volume|brightness) is [now] {level:0-100} percent",
  "sorry i did not understand you can say for example",
  "you can say for example",
  "goodbye",
];

/** Ears for the device's speaker: recognises what it says, from its sound alone. */
export class Listener {
  readonly #pool: WorkerPool<RecogniserJob, string>;
  readonly #grammar = toJsgf(parseTemplate(ANSWERS.join("|")), englishPhones);

  constructor(clock: Clock) {
    const worker = import.meta.resolve("../../host-server/providers/asr/soundswallower-worker.ts");
    this.#pool = new WorkerPool({ module: new URL(worker), size: 1, clock });
  }

  /** The words of a recording; "" when they are none that a device says. */
  async hear({ pcm, sampleRate }: Speech): Promise<string> {
    const sound = resample(trimmed(pcm), sampleRate, SAMPLE_RATE);
    const lane = await this.#pool.acquire();
    try {
      await lane.request({ kind: "begin", grammar: this.#grammar });
      await lane.request({ kind: "feed", pcm: sound });
      return await lane.request({ kind: "end" });
    } finally {
      lane.release();
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Long silence around a sentence makes the recogniser hear words in it. */
function trimmed(pcm: Int16Array): Int16Array {
  const isLoud = (sample: number) => Math.abs(sample) > 300;
  const margin = 4000;
  const first = Math.max(0, pcm.findIndex(isLoud) - margin);
  return pcm.slice(first, pcm.findLastIndex(isLoud) + margin);
}
