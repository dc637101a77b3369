import type { DatagramOrigin } from "./audio-claim.ts";

/** What hears of the audio of one session. */
export interface AudioEvents {
  /** One Opus packet of the device, in order, and its timestamp. */
  readonly onAudio: (packet: Uint8Array, timestamp: number) => void;
  /** The device is there. */
  readonly onActivity: () => void;
  /** Whoever carried the audio is gone; nothing comes any more. */
  readonly onLost?: () => void;
}

/** The audio of one session, open until `close`. */
export interface OpenAudio {
  readonly path: {
    readonly key: Uint8Array;
    readonly nonce: Uint8Array;
    /** Sends one Opus packet, now or at a time in ms. */
    send(audio: Uint8Array, timestamp?: number): void;
  };
  /** Which of the carrier's ports the device sends to, from 0. */
  readonly lane: number;
  close(): void;
}

/** What carries the audio of all sessions over UDP. */
export interface AudioCarrier {
  /** Sessions that are open. */
  readonly pathCount: number;
  /** Datagrams that belonged to no session or were malformed. */
  readonly strayCount: number;
  /** Opens the audio of one session. */
  open(events: AudioEvents): OpenAudio;
  /** Takes one datagram, whatever it is. */
  receive(datagram: Uint8Array, from: DatagramOrigin): void;
}
