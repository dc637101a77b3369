import type { JsonObject } from "../../protocol/json.ts";
import type { JsonSchema } from "../providers/llm.ts";
import type { Speech } from "../providers/tts.ts";

/** Where tools come from; the names appear in logs, API and console, and their order decides clashes. */
export const SOURCE_ORDER = ["SERVER_PLUGIN", "SERVER_MCP", "DEVICE_IOT", "DEVICE_MCP", "MCP_ENDPOINT"] as const;

export type SourceId = (typeof SOURCE_ORDER)[number];

/** A tool under the name that its source knows. */
export interface SourceTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}

/** Something to listen to: a song, for example. */
export interface Sound {
  /** Shown while it plays. */
  readonly title: string;
  /** Gives it from the beginning, as fast as it is read; ends early when `signal` aborts. */
  open(signal: AbortSignal): AsyncIterable<Speech>;
}

/** What a tool call led to. */
export interface ToolOutcome {
  /** Text for the model. */
  readonly text: string;
  /** The same as data, when the tool gave an object. */
  readonly data?: JsonObject;
  readonly isError: boolean;
  /** Said to the user as it is, instead of asking the model what to make of the result; empty for saying nothing. */
  readonly reply?: string;
  /** Kept in the conversation as what was answered, without being said: that a song plays, for example. */
  readonly note?: string;
  /** Played after all that is said in this turn, and interrupted like speech. */
  readonly sound?: Sound;
  /** The conversation is over once the turn has been spoken. */
  readonly endsSession?: boolean;
}

/** The device that a tool is run for, as far as a tool may touch its conversation. */
export interface ToolCaller {
  /** MAC address as the device wrote it. */
  readonly deviceId: string;
  /** Tells the model to be somebody else for the rest of the conversation. */
  setPrompt(prompt: string): void;
}

/** A supplier of tools for one device. */
export interface ToolSource {
  readonly id: SourceId;
  /** The tools on offer now. */
  list(): readonly SourceTool[];
  /**
   * Runs a tool by the source's own name for it.
   *
   * @throws any error; the catalogue makes it a result that the model can speak about
   */
  call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolOutcome>;
  /** Calls `listener` whenever `list()` gives something new; gives what ends that. */
  onChange(listener: () => void): () => void;
}
