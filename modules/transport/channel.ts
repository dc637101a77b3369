import type { ToDevice } from "../../protocol/to-device.ts";

/** What a channel tells the session. */
export interface ChannelEvents {
  /** The server answered the hello: the conversation may begin. */
  readonly onOpen: () => void;
  /** Any message but the hello, also before the channel is open. */
  readonly onMessage: (message: ToDevice) => void;
  readonly onAudio: (packet: Uint8Array) => void;
  /** Once, whoever ended it but `close()`. `error` is what to tell the user when something failed. */
  readonly onClose: (error: string | undefined) => void;
}

/** A connection to a server for one conversation. */
export interface Channel {
  /** Given by the server; "" before its hello. */
  readonly sessionId: string;
  /** Opened, not closed, and not silent for so long that the server must be gone. */
  readonly isOpen: boolean;
  sendText(text: string): void;
  sendAudio(packet: Uint8Array): void;
  /** Ends it without an event. */
  close(): void;
}

/** Begins to connect; everything else arrives as events. */
export type OpenChannel = (events: ChannelEvents) => Channel;
