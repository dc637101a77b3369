import type { Message } from "../providers/llm.ts";

/** What an assistant remembers from one conversation to the next. One serves the whole server. */
export interface Memory {
  /** What is remembered of those who use this device; empty for nothing. @throws when it cannot be read */
  recall(deviceId: string): Promise<string>;
  /** Takes what a conversation was, now that it is over. @throws when it cannot be kept */
  keep(deviceId: string, conversation: readonly Message[]): Promise<void>;
}

/** Where texts about devices are kept. */
export interface MemoryStore {
  /** Empty when there is none. */
  read(deviceId: string): Promise<string>;
  write(deviceId: string, text: string): Promise<void>;
}
