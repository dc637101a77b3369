import { z } from "zod";
import { joinSamples } from "../../audio/join.ts";
import { defineVad, type ProviderContext } from "../provider.ts";
import type { Vad, VadStream } from "../vad.ts";
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
    let previous: Promise<number> = Promise.resolve(0);
    return {
      accept: (pcm) => {
        const frame = pcm.slice();
        // The answer may end an utterance: virtual time must not pass before it.
        const release = this.#context.clock.hold();
        // A failed frame is its caller's to handle; the frames after it are examined all the same.
        previous = previous
          .catch(() => 0)
          .then(async () => (await opening).accept(frame))
          .finally(release);
        return previous;
      },
      close: () => void opening.then((stream) => stream.close()),
    };
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
  #state = SileroModel.freshState();
  #rest = new Int16Array(0);
  #probability = 0;
  #openWindows = 0;

  constructor(model: SileroModel, gate: VoiceGate) {
    this.#model = model;
    this.#gate = gate;
  }

  async accept(pcm: Int16Array): Promise<number> {
    const isVoice = this.#gate.accept(pcm);
    const samples = joinSamples([this.#rest, pcm]);
    if (!isVoice && this.#openWindows === 0) return this.#skip(samples);
    if (isVoice) this.#openWindows = openWindows;
    return await this.#examine(samples);
  }

  close(): void {
    this.#gate.close();
  }

  /** Nothing that could be voice: keeps just what the network needs to hear the beginning of the next speech. */
  #skip(samples: Int16Array<ArrayBuffer>): number {
    this.#rest = samples.slice(-leadSamples);
    this.#state = SileroModel.freshState();
    this.#probability = 0;
    return 0;
  }

  async #examine(samples: Int16Array<ArrayBuffer>): Promise<number> {
    let highest: number | undefined;
    let offset = 0;
    for (; offset + windowSamples <= samples.length; offset += windowSamples) {
      const window = samples.subarray(offset, offset + windowSamples);
      const probability = await this.#model.probability(this.#state, window);
      this.#openWindows = probability >= speakingProbability ? openWindows : Math.max(0, this.#openWindows - 1);
      highest = Math.max(highest ?? 0, probability);
    }
    this.#rest = samples.slice(offset);
    this.#probability = highest ?? this.#probability;
    return this.#probability;
  }
}
