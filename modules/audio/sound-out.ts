/** What became of the packets of one answer. */
export interface PacketCounts {
  readonly received: number;
  /** Came when their time to be played was over. */
  readonly late: number;
  /** Stretches of one packet's length that were made up because a packet was late or lost. */
  readonly concealed: number;
  /** Found the buffer full. */
  readonly dropped: number;
}

export interface SoundOutEvents {
  /** A packet with this timestamp, unless it was 0, has been given to the hardware. */
  readonly onPlayed: ((timestamp: number) => void) | undefined;
  /** There is nothing to play any more; may come again. */
  onDry(): void;
}

/** A speaker as a sink of Opus packets. While it runs it plays silence when there is nothing to play. */
export interface SoundOut {
  start(): void;
  stop(): void;
  /** 0 to 100; the loudness follows the square, as the ear does. */
  setVolume(percent: number): void;
  /** Rings until `silence`; other sound goes on, turned down. */
  ring(): void;
  /** A short sign. */
  chime(): void;
  silence(): void;
  /** `lost` packets before this one are missing. */
  play(packet: Uint8Array, timestamp: number, lost: number): void;
  /** Nothing more is coming: what waits is played although it is little, and silence after it is no gap. */
  complete(): void;
  /** Falls silent and forgets what waits. */
  flush(): void;
  /** Packets that wait. */
  readonly waiting: number;
  /** Nothing is left to play. */
  readonly isDrained: boolean;
  /** Since the last call. */
  takeCounts(): PacketCounts;
}
