/**
 * Opus packets of silence are not longer (discontinuous transmission), but for a single one about every 400 ms that
 * refreshes the decoder; so two longer ones in a row are sound.
 */
const SILENT_BYTES = 2;
const SOUND_PACKETS = 2;

/** Whether there is something to hear, from the packets of the microphone alone: the encoder has listened already. */
export class VoiceActivity {
  #soundPackets = 0;

  get isVoice(): boolean {
    return this.#soundPackets >= SOUND_PACKETS;
  }

  heard(packet: Uint8Array): void {
    this.#soundPackets = packet.byteLength > SILENT_BYTES ? this.#soundPackets + 1 : 0;
  }

  reset(): void {
    this.#soundPackets = 0;
  }
}
