/**
 * Opus for one mono stream (RFC 6716), by libopus.
 *
 * Each method body is one `native()` call with exactly the declared parameters: then xsc makes the C function itself
 * the method. Buffers are bytes because native code refuses views of wider elements.
 */

/** Turns PCM frames of one length into packets: variable bit rate, discontinuous transmission in silence. */
export class OpusEncoder extends Native("xs_opus_encoder_destructor") {
  /**
   * @param sampleRate Hz: 8000, 12000, 16000, 24000 or 48000
   * @param frameMs length of every frame
   * @param complexity 0 (least work) to 10
   * @throws RangeError when libopus does not know the rate
   */
  constructor(sampleRate: number, frameMs: number, complexity: number) {
    super();
    native("xs_opus_encoder").call(this, sampleRate, frameMs, complexity);
  }

  /**
   * One packet; 1 or 2 bytes long in silence.
   *
   * @param pcm 16-bit samples of one frame, in the byte order of the machine
   * @throws RangeError when `pcm` is not exactly one frame; Error after `close`
   */
  encode(pcm: Uint8Array): ArrayBuffer {
    return native("xs_opus_encoder_encode").call(this, pcm);
  }

  close(): void {
    native("xs_opus_encoder_close").call(this);
  }
}

/** Turns packets back into PCM. Decodes at its own rate, whatever rate the sender encoded at. */
export class OpusDecoder extends Native("xs_opus_decoder_destructor") {
  /**
   * @param sampleRate Hz: 8000, 12000, 16000, 24000 or 48000
   * @param maxFrameMs the longest frame to expect
   */
  constructor(sampleRate: number, maxFrameMs: number) {
    super();
    native("xs_opus_decoder").call(this, sampleRate, maxFrameMs);
  }

  /**
   * Bytes of 16-bit samples written to the front of `pcm`.
   *
   * @throws RangeError when `pcm` is too small for the longest frame; Error for a packet that is not Opus or after `close`
   */
  decode(packet: Uint8Array | ArrayBuffer, pcm: Uint8Array): number {
    return native("xs_opus_decoder_decode").call(this, packet, pcm);
  }

  /**
   * What stands for a packet that did not come: the sound goes on and fades. Gives the bytes of 16-bit samples written
   * to the front of `pcm`.
   *
   * @param frameMs length of the missing packet, a multiple of 2.5 ms
   * @throws RangeError when `pcm` is too small; Error for a length that is no multiple or after `close`
   */
  conceal(frameMs: number, pcm: Uint8Array): number {
    return native("xs_opus_decoder_conceal").call(this, frameMs, pcm);
  }

  /** Forgets the stream so far; the next packet begins another. */
  reset(): void {
    native("xs_opus_decoder_reset").call(this);
  }

  close(): void {
    native("xs_opus_decoder_close").call(this);
  }
}
