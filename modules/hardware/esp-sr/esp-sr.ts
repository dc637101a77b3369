import WakeNet from "wake-net";
import { contained } from "../../system/contained.ts";
import { log, reason } from "../../system/log.ts";
import type { WakeWord, WakeWordEvents, WakeWordPart } from "../wake-word.ts";

export interface EspSrOptions {
  /** Part of the name of a model in the partition `model`, as Espressif calls it: "nihaoxiaozhi", "hiesp", "jarvis". */
  readonly model?: string;
  /** What the server should take the words for. */
  readonly words?: string;
  /** The board takes its own voice out of what it hears before the detector does: the words interrupt an answer. */
  readonly worksWhileSpeaking?: boolean;
}

/** Where the detector does not come to life: the button still works. */
class DeafWakeWord implements WakeWord {
  start(): void {}
  stop(): void {}
}

class EspSrPart implements WakeWordPart {
  readonly hearsMicrophone = true;
  readonly worksWhileSpeaking: boolean;
  readonly #model: string;
  readonly #words: string;

  constructor({ model = "nihaoxiaozhi", words = "ni hao xiao zhi", worksWhileSpeaking = false }: EspSrOptions) {
    this.worksWhileSpeaking = worksWhileSpeaking;
    this.#model = model;
    this.#words = words;
  }

  create({ onWake }: WakeWordEvents): WakeWord {
    try {
      const net = new WakeNet(this.#model);
      net.onHeard = () => contained("wake word", () => onWake(this.#words));
      return net;
    } catch (error) {
      log.error("no wake word", { model: this.#model, reason: reason(error) });
      return new DeafWakeWord();
    }
  }
}

/**
 * Espressif's WakeNet, in the task that listens to the microphone. The board's manifest includes
 * `modules/hardware/esp-sr/manifest.json` and, with 16 MB of flash, `modules/hardware/chips/esp32s3-n16r8-wake.json`.
 */
export function espSr(options: EspSrOptions = {}): WakeWordPart {
  return new EspSrPart(options);
}
