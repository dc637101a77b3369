import type { AudioPart, SoundLine } from "../hardware/audio-part.ts";
import type { Codec, CodecFormat, CodecPart } from "../hardware/codec.ts";
import type { Switch } from "../hardware/switch.ts";
import { log, reason } from "../system/log.ts";
import type { Shared } from "../system/shared.ts";

function formatOf({ sampleRate, bits, slots, pins }: SoundLine): CodecFormat {
  return { sampleRate, bits, hasMclk: pins?.mclk !== undefined, frameBits: bits * slots };
}

/**
 * The chips between the lines and the ears: codecs and amplifier. One that does not answer is said to the user and in
 * the log, and the device goes on without it.
 */
export class SoundChips {
  readonly #onFault: (text: string) => void;
  readonly #codecs: readonly Codec[];
  readonly #amplifier: Switch | undefined;
  /** Parts whose trouble the user was told: of each once. */
  #told: Set<object> | undefined;

  constructor(part: AudioPart, shared: Shared, onFault: (text: string) => void) {
    this.#onFault = onFault;
    const { amplifier } = part;
    this.#amplifier = amplifier && this.#attempt(amplifier, () => shared.of(amplifier));
    const format = formatOf(part.microphone);
    const create = (codec: CodecPart) => this.#attempt(codec, () => codec.create(format));
    this.#codecs = part.codecs.map(create).filter((codec) => codec !== undefined);
  }

  powerInput(isOn: boolean): void {
    for (const codec of this.#codecs) this.#attempt(codec, () => codec.powerInput?.(isOn));
  }

  /** The amplifier comes last and goes first, so that it does not make a click of what happens before it. */
  powerOutput(isOn: boolean): void {
    if (!isOn) this.#switchAmplifier(false);
    for (const codec of this.#codecs) this.#attempt(codec, () => codec.powerOutput?.(isOn));
    if (isOn) this.#switchAmplifier(true);
  }

  #switchAmplifier(isOn: boolean): void {
    const amplifier = this.#amplifier;
    if (amplifier) this.#attempt(amplifier, () => amplifier.set(isOn));
  }

  /** Percent; false where no chip can, so that samples must be turned down. */
  setVolume(percent: number): boolean {
    let isSet = false;
    for (const codec of this.#codecs) {
      if (!codec.setVolume) continue;
      isSet = true;
      this.#attempt(codec, () => codec.setVolume?.(percent));
    }
    return isSet;
  }

  #attempt<T>(part: object, act: () => T): T | undefined {
    try {
      return act();
    } catch (error) {
      this.#tell(part, reason(error));
      return undefined;
    }
  }

  #tell(part: object, text: string): void {
    this.#told ??= new Set();
    if (this.#told.has(part)) return;
    this.#told.add(part);
    log.error("sound chip failed", { reason: text });
    this.#onFault(text);
  }
}
