/** What comes from a microphone. */
export interface SoundInEvents {
  /** 60 ms as an Opus packet, while packets are made. */
  readonly onPacket: (packet: Uint8Array) => void;
  /**
   * 60 ms of 16-bit mono samples at 16 kHz, in one buffer again and again. Not where native tasks do the work: detectors
   * hear in the task there.
   */
  readonly onSound: (pcm: Uint8Array) => void;
}

/** A microphone as a source of packets: 16 kHz mono, 60 ms each. */
export interface SoundIn {
  /** Begins a new stream. Without `makesPackets` only detectors hear it. */
  start(makesPackets: boolean): void;
  /** Nothing comes after it. */
  stop(): void;
}
