import type { Clock } from "../../protocol/clock.ts";
import type { Settings } from "../boot/settings.ts";
import type { TalkMode } from "../hardware/button.ts";
import type { DeviceControl, KeptTexts, PartContext } from "../parts/part.ts";

/** What the parts of a board are brought to life with. */
export class PartNeeds implements PartContext, KeptTexts, DeviceControl {
  readonly clock: Clock;
  readonly #settings: Settings;
  readonly #reconfigureWifi: () => void;

  constructor(clock: Clock, settings: Settings, reconfigureWifi: () => void) {
    this.clock = clock;
    this.#settings = settings;
    this.#reconfigureWifi = reconfigureWifi;
  }

  get kept(): KeptTexts {
    return this;
  }

  get device(): DeviceControl {
    return this;
  }

  get talkMode(): TalkMode {
    return this.#settings.talkMode;
  }

  set talkMode(mode: TalkMode) {
    this.#settings.talkMode = mode;
  }

  reconfigureWifi(): void {
    this.#reconfigureWifi();
  }

  read(key: string): string {
    return this.#settings.readPart(key);
  }

  write(key: string, text: string): void {
    this.#settings.writePart(key, text);
  }
}
