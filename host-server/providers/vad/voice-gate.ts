import createFvad, { type FvadModule } from "@echogarden/fvad-wasm";

/** Samples of one decision: 30 ms at 16 kHz, the longest that the detector takes. */
const windowSamples = 480;

/** How much a window must sound like voice; 0 lets most through, 3 least. */
export type Strictness = 0 | 1 | 2 | 3;

let loading: Promise<FvadModule> | undefined;

/** The WebRTC voice detector: cheap (some 6 µs for 30 ms), quick, and fooled by loud noise. One per stream. */
export class VoiceGate {
  readonly #fvad: FvadModule;
  readonly #state: number;
  readonly #pcm: number;
  /** Samples of the next window that are there already. */
  #filled = 0;
  #wasVoice = false;
  #isClosed = false;

  private constructor(fvad: FvadModule, strictness: Strictness) {
    this.#fvad = fvad;
    this.#state = fvad._fvad_new();
    this.#pcm = fvad._malloc(windowSamples * 2);
    fvad._fvad_set_mode(this.#state, strictness);
    fvad._fvad_set_sample_rate(this.#state, 16_000);
  }

  static async open(strictness: Strictness): Promise<VoiceGate> {
    loading ??= createFvad();
    return new VoiceGate(await loading, strictness);
  }

  /** Whether any window that this frame (16 kHz mono) completes has voice; for a frame that completes none, as before. */
  accept(pcm: Int16Array): boolean {
    if (this.#isClosed) return false;
    let isVoice: boolean | undefined;
    for (let offset = 0; offset < pcm.length; ) {
      const count = Math.min(windowSamples - this.#filled, pcm.length - offset);
      const piece = count === pcm.length ? pcm : pcm.subarray(offset, offset + count);
      this.#fvad.HEAP16.set(piece, (this.#pcm >> 1) + this.#filled);
      this.#filled += count;
      offset += count;
      if (this.#filled < windowSamples) break;
      this.#filled = 0;
      isVoice = this.#fvad._fvad_process(this.#state, this.#pcm, windowSamples) === 1 || isVoice === true;
    }
    this.#wasVoice = isVoice ?? this.#wasVoice;
    return this.#wasVoice;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#fvad._fvad_free(this.#state);
    this.#fvad._free(this.#pcm);
  }
}
