import { RegisterChip } from "./register-chip.ts";

const TOUCHES = 0x02;

/** An FT6x36 or FT5x06 behind a screen. */
export class TouchChip extends RegisterChip {
  /** The device has asked it for fingers. */
  isWatched = false;

  override give(byteLength: number): Uint8Array | undefined {
    this.isWatched = true;
    return super.give(byteLength);
  }

  /** A finger touches the glass, or leaves it. */
  touch(isDown: boolean): void {
    this.set(TOUCHES, isDown ? 1 : 0);
  }
}
