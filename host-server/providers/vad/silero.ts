import { z } from "zod";
import { defineVad, type ProviderContext } from "../provider.ts";
import type { Vad, VadStream } from "../vad.ts";
import { OpeningStream } from "./opening-stream.ts";
import { SileroModel, windowSamples } from "./silero-model.ts";
import { VoiceGate } from "./voice-gate.ts";
import { WebRtcVad } from "./webrtc.ts";

/**
 * Voice detection by the Silero network, which tells voice from noise. Where its runtime, an optional package, is
 * absent, the WebRTC detector does the work; the log says which one it is and why.
 */
export const silero = defineVad({
  name: "silero",
  settings: z.strictObject({}),
  create: (_settings, context) => new SileroVad(context),
});

/** Probability above which a stream counts as speaking, so that the gate stays open. */
const speakingProbability = 0.2;
/** Windows after the last speech that the network still sees: about half a second. */
const openWindows = 16;
/** Samples before the voice that opened the gate that the network sees, so that it hears the beginning. */
const leadSamples = 3 * windowSamples;

class SileroVad implements Vad {
  readonly #context: ProviderContext;
  readonly #fallback: WebRtcVad;
  #loading: Promise<SileroModel | undefined> | undefined;

  constructor(context: ProviderContext) {
    this.#context = context;
    this.#fallback = new WebRtcVad(2, context.clock);
  }

  async warmUp(): Promise<void> {
    const model = await this.#model();
    // The first run of a session costs several times what the others do.
    await model?.probability(SileroModel.freshState(), new Int16Array(windowSamples));
    await this.#fallback.warmUp();
  }

  open(): VadStream {
    const opening = this.#model().then(
      async (model): Promise<VadStream> =>
        model ? new SileroStream(model, await VoiceGate.open(1)) : this.#fallback.open(),
    );
    return new OpeningStream(opening, this.#context.clock);
  }

  async close(): Promise<void> {
    await (await this.#loading)?.close();
  }

  #model(): Promise<SileroModel | undefined> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<SileroModel | undefined> {
    const { log } = this.#context;
    try {
      const model = await SileroModel.load();
      log.info({ vad: "silero" }, "voice detection ready");
      return model;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
      log.warn({ vad: "webrtc", reason }, "voice detection ready without Silero");
      return undefined;
    }
  }
}

class SileroStream implements VadStream {
  readonly #model: SileroModel;
  readonly #gate: VoiceGate;
  readonly #state = SileroModel.freshState();
  /** What was heard and not examined; before a voice, what lies right before it. */
  #samples = new Int16Array(leadSamples + windowSamples);
  #count = 0;
  #probability = 0;
  #openWindows = 0;
  #isFresh = true;

  constructor(model: SileroModel, gate: VoiceGate) {
    this.#model = model;
    this.#gate = gate;
  }

  accept(pcm: Int16Array): number | Promise<number> {
    const isVoice = this.#gate.accept(pcm);
    this.#append(pcm);
    if (!isVoice && this.#openWindows === 0) return this.#skip();
    if (isVoice) this.#openWindows = openWindows;
    return this.#examine();
  }

  close(): void {
    this.#gate.close();
  }

  #append(pcm: Int16Array): void {
    const count = this.#count + pcm.length;
    if (count > this.#samples.length) {
      const larger = new Int16Array(count);
      larger.set(this.#samples.subarray(0, this.#count));
      this.#samples = larger;
    }
    this.#samples.set(pcm, this.#count);
    this.#count = count;
  }

  /** Nothing that could be voice: keeps just what the network needs to hear the beginning of the next speech. */
  #skip(): number {
    this.#drop(Math.max(0, this.#count - leadSamples));
    if (!this.#isFresh) SileroModel.refresh(this.#state);
    this.#isFresh = true;
    this.#probability = 0;
    return 0;
  }

  #drop(samples: number): void {
    if (samples > 0) this.#samples.copyWithin(0, samples, this.#count);
    this.#count -= samples;
  }

  async #examine(): Promise<number> {
    let highest: number | undefined;
    this.#isFresh = false;
    while (this.#count >= windowSamples) {
      const probability = await this.#model.probability(this.#state, this.#samples.subarray(0, windowSamples));
      this.#drop(windowSamples);
      this.#openWindows = probability >= speakingProbability ? openWindows : Math.max(0, this.#openWindows - 1);
      highest = Math.max(highest ?? 0, probability);
    }
    this.#probability = highest ?? this.#probability;
    return this.#probability;
  }
}
