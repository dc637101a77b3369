import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { SoundChips } from "./sound-chips.ts";
import type { SoundIn, SoundInEvents } from "./sound-in.ts";
import type { SoundPath } from "./sound-path.ts";

/** After so long without use the microphone's chip is switched off. */
const POWER_OFF_MS = 15_000;

export interface MicrophoneParts {
  readonly path: Pick<SoundPath, "openInput">;
  readonly chips: SoundChips;
  readonly clock: Clock;
}

/** The microphone as a source of Opus packets; it is powered while it is used. */
export class Microphone {
  readonly #chips: SoundChips;
  readonly #clock: Clock;
  readonly #input: SoundIn;
  #isRunning = false;
  #makesPackets = false;
  #isPowered = false;
  #cancelPowerOff: Cancel | undefined;

  constructor({ path, chips, clock }: MicrophoneParts, events: SoundInEvents) {
    this.#chips = chips;
    this.#clock = clock;
    this.#input = path.openInput(events);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Begins a new stream; harmless while running so. Without `makesPackets` only detectors hear it. */
  start(makesPackets: boolean): void {
    if (this.#isRunning && this.#makesPackets === makesPackets) return;
    this.#cancelPowerOff?.();
    this.#cancelPowerOff = undefined;
    this.#isRunning = true;
    this.#makesPackets = makesPackets;
    this.#input.start(makesPackets);
    if (this.#isPowered) return;
    this.#isPowered = true;
    this.#chips.powerInput(true);
  }

  /** Stops at once; a frame that is not full is thrown away. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#input.stop();
    this.#cancelPowerOff = this.#clock.schedule(POWER_OFF_MS, () => this.#powerOff());
  }

  #powerOff(): void {
    this.#cancelPowerOff = undefined;
    this.#isPowered = false;
    this.#chips.powerInput(false);
  }
}
