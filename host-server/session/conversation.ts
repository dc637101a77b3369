import type { Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { ServerHello, ToDevice } from "../../protocol/to-device.ts";
import type { Iot, ListenMode, ServerCommand } from "../../protocol/to-server.ts";
import type { Log } from "../log.ts";

/** What the handler of a message may do with the session that got it. */
export interface Conversation {
  /** Session id on the wire. */
  readonly id: string;
  /** Name of the transport in hello. */
  readonly transport: string;
  /** What hello says on this transport beside what it says on every other. */
  readonly greeting: Pick<ServerHello, "version" | "udp">;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether JSON pings are answered. */
  readonly answersPings: boolean;
  send(message: ToDevice): void;
  /** Takes over what the device said about itself in hello. */
  meet(features: JsonObject): void;
  /** A JSON-RPC message of the device's MCP server. */
  acceptMcp(payload: JsonObject): void;
  /** What a device without MCP says about its things. */
  acceptIot(things: Pick<Iot, "descriptors" | "states">): void;
  /** Begins to listen; what was heard before is forgotten. */
  startListening(mode: ListenMode): void;
  /** What was heard so far is all that the user wanted to say. */
  stopListening(): void;
  /** A text stands for what the user said; what was heard before is forgotten. */
  takeText(text: string): void;
  /** Whether a text is a wake word. */
  isWakeWord(text: string): boolean;
  /** The device was called by this wake word. */
  greet(word: string): void;
  /** Says a text that nobody asked for, after what is being said now. */
  say(text: string): Promise<void>;
  /** Does what a console says, and answers. */
  manage(command: ServerCommand): void;
  /** Ends what is being said. */
  interrupt(): void;
  /** Ends the session and its connection. */
  close(): void;
}

/** Handles one type of message. It may throw a ProtocolError: that is logged and harms nothing. */
export type Handler<M> = (conversation: Conversation, message: M) => void;
