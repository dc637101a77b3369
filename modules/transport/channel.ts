import type { ToDevice } from "../../protocol/to-device.ts";

/** What a channel tells the session. */
export interface ChannelEvents {
  /** The server answered the hello: the conversation may begin. */
  readonly onOpen: () => void;
  /** Any message but the hello, also before the channel is open. */
  readonly onMessage: (message: ToDevice) => void;
  /** `timestamp` is the server's, in ms, 0 when it gave none; `lost` packets before this one will never come. */
  readonly onAudio: (packet: Uint8Array, timestamp: number, lost: number) => void;
  /** Once, whoever ended it but `close()`. `error` is what to tell the user when something failed. */
  readonly onClose: (error: string | undefined) => void;
}

/** What a device tells in its hello that it can do. */
export interface Features {
  /** The server is asked to cancel the echo; absent when it is not. */
  readonly aec?: true;
  readonly mcp: true;
  readonly glyph_push: false;
}

/** Servers read the members in any order; devices send `aec` first. */
export function features(serverCancelsEcho: boolean): Features {
  return { ...(serverCancelsEcho && { aec: true }), mcp: true, glyph_push: false };
}

/** A connection to a server for one conversation. */
export interface Channel {
  /** Given by the server; "" before its hello. */
  readonly sessionId: string;
  /** Opened, not closed, and not silent for so long that the server must be gone. */
  readonly isOpen: boolean;
  sendText(text: string): void;
  /** `timestamp`: of the frame that was being played, for a server that cancels echo; otherwise 0. */
  sendAudio(packet: Uint8Array, timestamp: number): void;
  /** Ends it without an event. */
  close(): void;
}

/** Begins to connect; everything else arrives as events. */
export type OpenChannel = (events: ChannelEvents) => Channel;
