/**
 * The device's own sounds, mixed into whatever else is played: ringing, which is three beeps each second, and a chime of
 * two tones. Each method body is one `native()` call, as in opus.ts: a sum for every sample is too much for a program on
 * the device.
 */
export class Bell extends Native("xs_bell_destructor") {
  /** @param sampleRate Hz, a multiple of 1000 */
  constructor(sampleRate: number) {
    super();
    native("xs_bell").call(this, sampleRate);
  }

  /** Begins to ring, from the first beep; there is no end to it. */
  ring(): void {
    native("xs_bell_ring").call(this);
  }

  /** Begins the chime, which lasts 300 ms. */
  chime(): void {
    native("xs_bell_chime").call(this);
  }

  /** Turns down the 16-bit samples in `pcm` to a quarter and adds the sound to them; false once its end is in them. */
  mixInto(pcm: Uint8Array): boolean {
    return native("xs_bell_mix").call(this, pcm);
  }
}
