/**
 * The device's own ringing tone, three beeps each second, mixed into whatever else is played. Each method body is one
 * `native()` call, as in opus.ts: a sum for every sample is too much for a program on the device.
 */
export class Bell extends Native("xs_bell_destructor") {
  /** @param sampleRate Hz, a multiple of 1000 */
  constructor(sampleRate: number) {
    super();
    native("xs_bell").call(this, sampleRate);
  }

  /** From the first beep. */
  restart(): void {
    native("xs_bell_restart").call(this);
  }

  /** Turns down the 16-bit samples in `pcm` to a quarter and adds the tone to them. */
  mixInto(pcm: Uint8Array): void {
    native("xs_bell_mix").call(this, pcm);
  }
}
