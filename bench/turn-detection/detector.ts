import { createEncoder } from "../../host-server/audio/opus.ts";
import { loadConfig } from "../../host-server/config/load.ts";
import { createLog } from "../../host-server/log.ts";
import { Ear } from "../../host-server/pipeline/ear.ts";
import { hear } from "../../host-server/pipeline/hear.ts";
import type { Utterance } from "../../host-server/pipeline/utterance.ts";
import type { ToolSpec } from "../../host-server/providers/llm.ts";
import { providers } from "../../host-server/providers/registry.ts";
import { closeStages, createStages, type Stages } from "../../host-server/stages.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { SAMPLE_RATE } from "./labelled-set.ts";

const FRAME_MS = 60;
const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1_000;
/** Quiet before and after a recording, in which the detector settles and may decide. */
const LEAD_MS = 600;
const TAIL_MS = 3_000;
const TIMEOUT_MS = 10_000;

/** An end of turn: when it was decided, ms from the beginning of the recording, and the words until there. */
export interface Decision {
  readonly atMs: number;
  readonly words: string;
}

/** The server's own end-of-turn detection, fed with recordings: voice detector, recogniser and endpointer as they run. */
export class Detector {
  readonly #clock = new VirtualClock();
  readonly #stages: Stages;
  readonly #tools: readonly ToolSpec[];

  /** @param tools what the speaker could ask for: the recogniser knows no other words */
  constructor(tools: readonly ToolSpec[]) {
    this.#tools = tools;
    const { config } = loadConfig({ path: "", env: {}, providers });
    this.#stages = createStages(config, { clock: this.#clock, log: createLog({ level: "silent" }) });
  }

  /** Where the detector would have answered; several times when it cuts a recording in parts. */
  async detect(pcm: Int16Array): Promise<Decision[]> {
    return await this.#clock.run(this.#listen(pcm), { limitMs: 3_600_000 });
  }

  async close(): Promise<void> {
    await this.#clock.run(closeStages(this.#stages));
  }

  async #listen(pcm: Int16Array): Promise<Decision[]> {
    const { vad, turnEnd } = this.#stages;
    const clock = this.#clock;
    const decisions: Promise<Decision | undefined>[] = [];
    const faults: unknown[] = [];
    const startedAt = clock.now() + LEAD_MS;
    const ear = new Ear({
      vad,
      turnEnd,
      clock,
      timeoutMs: TIMEOUT_MS,
      onUtterance: (utterance) => decisions.push(this.#decide(utterance, startedAt)),
      onVoice: () => {},
      onError: (error) => faults.push(error),
      onDeaf: () => {},
    });
    ear.start("auto");
    await this.#play(pcm, ear);
    // What has not ended by then is discarded, and decides nothing.
    ear.close();
    const found = (await Promise.all(decisions)).filter((decision) => decision !== undefined);
    if (faults.length > 0) throw faults[0];
    return found;
  }

  async #play(pcm: Int16Array, ear: Ear): Promise<void> {
    const encoder = createEncoder({ sampleRate: SAMPLE_RATE });
    const lead = (LEAD_MS * SAMPLE_RATE) / 1_000;
    const sound = new Int16Array(lead + pcm.length + (TAIL_MS * SAMPLE_RATE) / 1_000);
    sound.set(pcm, lead);
    for (let at = 0; at + FRAME_SAMPLES <= sound.length; at += FRAME_SAMPLES) {
      // A frame is there when its last sample has been heard.
      await new Promise<void>((resolve) => this.#clock.schedule(FRAME_MS, resolve));
      ear.accept(encoder.encode(sound.subarray(at, at + FRAME_SAMPLES)));
    }
    encoder.close();
  }

  async #decide(utterance: Utterance, startedAt: number): Promise<Decision | undefined> {
    const { asr, outlookOf } = this.#stages;
    const options = { asr, clock: this.#clock, timeoutMs: TIMEOUT_MS, tools: this.#tools, outlookOf };
    const words = await hear(utterance, options, utterance.discarded);
    // What ended without words is answered by nobody.
    return utterance.end && words !== "" ? { atMs: utterance.end.at - startedAt, words } : undefined;
  }
}
