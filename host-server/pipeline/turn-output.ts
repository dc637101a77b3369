import type { ToDevice } from "../../protocol/to-device.ts";

/** What becomes of words: an answer, the end of the conversation at once, or a text that is said before it ends. */
export type Decision = "answer" | "exit" | { readonly refusal: string };

/** The device, as far as a turn speaks to it. */
export interface TurnOutput {
  readonly deviceId: string;
  readonly sessionId: string;
  /** Whether the device shows faces. */
  readonly showsEmotions: boolean;
  send(message: ToDevice): void;
  sendAudio(packet: Uint8Array): void;
}
