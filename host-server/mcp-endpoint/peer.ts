/** One connection of the endpoint, as far as messages go. */
export interface Peer {
  /** Where it comes from, for the log. */
  readonly address: string;
  /** Bytes that wait because the other side does not read. */
  readonly unreadBytes: number;
  /** Sends one message. */
  send(text: string): void;
  /** Ends the connection. @param code of RFC 6455, 7.4 */
  close(code: number, reason: string): void;
  /** Asks for a sign of life, and ends the connection when none comes soon. */
  probe(): void;
}

/** What the endpoint does with what comes from a connection. */
export interface PeerHandlers {
  onText(text: string): void;
  /** A frame that holds no text. */
  onBinary(byteLength: number): void;
  onClose(): void;
}

/** Why a connection was ended, as WebSocket says it. */
export const CLOSE_CODES = { normal: 1000, goingAway: 1001, policy: 1008, tryAgainLater: 1013 } as const;
