import type { Cancel, Clock } from "../../protocol/clock.ts";

/**
 * Opus packets of silence are not longer (discontinuous transmission), but for a single one about every 400 ms that
 * refreshes the decoder; so two longer ones in a row are sound.
 */
const SILENT_BYTES = 2;
const SOUND_PACKETS = 2;

/** The time after an answer in which the user may go on without a click. It lasts while there is sound to hear. */
export class FollowUp {
  readonly #clock: Clock;
  readonly #onQuiet: () => void;
  #ms = 0;
  #soundPackets = 0;
  #cancel: Cancel | undefined;

  /** `onQuiet` runs when the window has passed and nobody spoke. */
  constructor(clock: Clock, onQuiet: () => void) {
    this.#clock = clock;
    this.#onQuiet = onQuiet;
  }

  open(ms: number): void {
    this.close();
    this.#ms = ms;
    this.#cancel = this.#clock.schedule(ms, () => {
      this.#cancel = undefined;
      this.#onQuiet();
    });
  }

  /** A packet of the microphone. */
  heard(packet: Uint8Array): void {
    this.#soundPackets = packet.byteLength > SILENT_BYTES ? this.#soundPackets + 1 : 0;
    if (this.#cancel && this.#soundPackets >= SOUND_PACKETS) this.open(this.#ms);
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
