import type { Clock } from "../../protocol/clock.ts";
import type { Settings } from "../boot/settings.ts";
import type { TalkMode } from "../hardware/button.ts";
import type { DeviceControl, KeptTexts, PartContext, Vision } from "../parts/part.ts";
import { log, reason } from "../system/log.ts";
import type { Shared } from "../system/shared.ts";
import type { View } from "../ui/view.ts";

export interface PartNeedsOptions {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly shared: Shared;
  readonly vision: Vision;
  readonly view: View | undefined;
  readonly reconfigureWifi: () => void;
}

/** What the parts of a board are brought to life with. */
export class PartNeeds implements PartContext, KeptTexts, DeviceControl {
  readonly #options: PartNeedsOptions;

  constructor(options: PartNeedsOptions) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get shared(): Shared {
    return this.#options.shared;
  }

  get vision(): Vision {
    return this.#options.vision;
  }

  get kept(): KeptTexts {
    return this;
  }

  get device(): DeviceControl {
    return this;
  }

  get talkMode(): TalkMode {
    return this.#options.settings.talkMode;
  }

  set talkMode(mode: TalkMode) {
    this.#options.settings.talkMode = mode;
  }

  reconfigureWifi(): void {
    this.#options.reconfigureWifi();
  }

  showPicture(file: Uint8Array): void {
    this.#options.view?.showPicture(file).catch((error: unknown) => {
      log.warn("picture not shown", { reason: reason(error) });
    });
  }

  read(key: string): string {
    return this.#options.settings.readPart(key);
  }

  write(key: string, text: string): void {
    this.#options.settings.writePart(key, text);
  }
}
