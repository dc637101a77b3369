import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { SoundChips } from "./sound-chips.ts";
import type { PacketCounts, SoundOut, SoundOutEvents } from "./sound-out.ts";
import type { SoundPath } from "./sound-path.ts";

/** After so long without sound the output is switched off. */
const POWER_OFF_MS = 15_000;

/** Percent. What rings must be heard, also on a device that was turned down. */
const MIN_RING_VOLUME = 40;

export interface SpeakerParts {
  readonly path: Pick<SoundPath, "openOutput">;
  readonly chips: SoundChips;
  readonly clock: Clock;
}

/** The speaker as a sink of Opus packets, with the device's own sounds; it is powered while it is used. */
export class Speaker implements SoundOutEvents {
  readonly #chips: SoundChips;
  readonly #clock: Clock;
  readonly #output: SoundOut;
  #isRinging = false;
  #volumePercent = 0;
  #isRunning = false;
  #whenDrained: (() => void) | undefined;
  #cancelPowerOff: Cancel | undefined;

  /** A packet with this timestamp, unless it was 0, has been given to the output. */
  onPlayed: ((timestamp: number) => void) | undefined;

  constructor({ path, chips, clock }: SpeakerParts) {
    this.#chips = chips;
    this.#clock = clock;
    this.#output = path.openOutput(this);
  }

  /** Percent. */
  get volume(): number {
    return this.#volumePercent;
  }

  /** 0 to 100; the loudness follows the square, as the ear does. */
  set volume(percent: number) {
    this.#volumePercent = percent;
    this.#applyVolume();
  }

  #applyVolume(): void {
    const percent = this.#isRinging ? Math.max(this.#volumePercent, MIN_RING_VOLUME) : this.#volumePercent;
    this.#output.setVolume(this.#chips.setVolume(percent) ? 100 : percent);
  }

  /** Rings until `silence`; other sound goes on, turned down. */
  ring(): void {
    this.#isRinging = true;
    this.#output.ring();
    this.#run();
    this.#applyVolume();
  }

  /** A short sign that the device listens. */
  chime(): void {
    if (this.#isRinging) return;
    this.#output.chime();
    this.#run();
    this.#awaitPowerOff();
  }

  silence(): void {
    this.#isRinging = false;
    this.#output.silence();
    this.#applyVolume();
    this.#awaitPowerOff();
  }

  /** Packets that wait to be played. */
  get waiting(): number {
    return this.#output.waiting;
  }

  /** Nothing is left to play. */
  get isDrained(): boolean {
    return this.#output.isDrained;
  }

  /** `timestamp` is what `onPlayed` is told when the packet has been played; `lost` packets before it are missing. */
  play(packet: Uint8Array, timestamp: number, lost = 0): void {
    this.#output.play(packet, timestamp, lost);
    this.#run();
  }

  /** The answer is complete: its rest is played, and silence after it is no gap. */
  complete(): void {
    this.#output.complete();
  }

  /** What became of the packets since the last call. */
  takeCounts(): PacketCounts {
    return this.#output.takeCounts();
  }

  /** Runs `callback` once all that was given has been played: at once when nothing is left. */
  whenDrained(callback: () => void): void {
    this.#output.complete();
    if (this.isDrained) callback();
    else this.#whenDrained = callback;
  }

  /** Falls silent at once; a caller of `whenDrained` that is still waiting is forgotten. */
  flush(): void {
    this.#whenDrained = undefined;
    this.#output.flush();
    this.#awaitPowerOff();
  }

  #run(): void {
    this.#cancelPowerOff?.();
    this.#cancelPowerOff = undefined;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#output.start();
    this.#chips.powerOutput(true);
    this.#applyVolume();
  }

  /** For the output: it has run dry. */
  onDry(): void {
    if (this.isDrained) {
      const drained = this.#whenDrained;
      this.#whenDrained = undefined;
      drained?.();
    }
    this.#awaitPowerOff();
  }

  #awaitPowerOff(): void {
    if (this.#isRunning) this.#cancelPowerOff ??= this.#clock.schedule(POWER_OFF_MS, () => this.#powerOff());
  }

  #powerOff(): void {
    this.#cancelPowerOff = undefined;
    if (!this.isDrained || this.#isRinging) return;
    this.#isRunning = false;
    this.#chips.powerOutput(false);
    this.#output.stop();
  }
}
