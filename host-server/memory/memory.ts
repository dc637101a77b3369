import type { Message } from "../providers/llm.ts";

/** What an assistant remembers from one conversation to the next. */
export interface Memory {
  /** What is remembered of those who use this device; empty for nothing. @throws when it cannot be read */
  recall(deviceId: string): Promise<string>;
  /** Takes what a conversation was, now that it is over. @throws when it cannot be kept */
  keep(deviceId: string, conversation: readonly Message[]): Promise<void>;
}

/** Whose memory it is: an agent's (null: the server's own assistant), of those who use a device. */
export interface MemoryOwner {
  readonly deviceId: string;
  readonly agent: string | null;
}

/** A word for an owner, whatever the case of the letters in the id. */
export function ownerKey({ deviceId, agent }: MemoryOwner): string {
  const device = deviceId.toLowerCase();
  return agent === null ? device : `${device}@${agent}`;
}

/** Where memories are kept. */
export interface MemoryStore {
  /** Empty when there is none. */
  read(owner: MemoryOwner): Promise<string>;
  write(owner: MemoryOwner, text: string): Promise<void>;
}
