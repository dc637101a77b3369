/** Understanding: turns a conversation into spoken text and tool calls. One `Llm` serves the whole server. */
export interface Llm {
  /** Loads what is needed ahead of the first turn. Idempotent; absent where nothing is loaded. */
  warmUp?(): Promise<void>;
  /** Asks the other end whether it is there and takes the key; absent where there is none. @throws StageError */
  check?(): Promise<void>;
  /**
   * Answers the conversation. When the events hold tool calls, the caller runs them, appends an assistant message with
   * `toolCalls` and one tool message per result, and asks again.
   *
   * @param messages oldest first
   * @param tools what may be called in this turn
   * @throws LlmError when the model fails; ends quietly or throws the signal's reason when aborted
   */
  reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent>;
  /**
   * What it would say in the end if every call that it asks for succeeded, so that the speech can be made ahead; undefined
   * when that cannot be told. Absent where a guess costs as much as an answer.
   */
  foresee?(messages: readonly Message[], tools: readonly ToolSpec[]): string | undefined;
  /** Present where nothing but commands is understood: it cannot sum up a conversation. */
  readonly onlyCommands?: true | undefined;
  /** Present where the model's server keeps the conversation: what it is asked stands there, wanted or not. */
  readonly keepsHistory?: true | undefined;
  /** The model for one conversation, where its server keeps conversations apart. Absent where every request says all. */
  converse?(talker: Talker): Llm;
  close(): Promise<void>;
}

/** With whom a conversation is held. */
export interface Talker {
  /** MAC address as the device wrote it. */
  readonly deviceId: string;
  readonly sessionId: string;
}

/** One entry of a conversation. A tool message carries the result as text (JSON where the tool gave an object). */
export interface Message {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  /** Calls that an assistant message asked for. */
  toolCalls?: ToolCall[];
  /** The call that a tool message answers. */
  toolCallId?: string;
}

/** A piece of an answer, in the order in which it is spoken or done. */
export type LlmEvent =
  | { type: "text"; text: string }
  | { type: "emotion"; emotion: string }
  | { type: "tool-call"; call: ToolCall }
  /** Tokens that the answer cost; after everything else, from models that count them. */
  | ({ type: "usage" } & TokenUsage);

/** Tokens of one answer. */
export interface TokenUsage {
  prompt: number;
  completion: number;
}

/** A request to run a tool; `id` is unique within the conversation. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
  /** Why the call cannot be made, in words for the model: its arguments could not be read. */
  problem?: string;
}

/** A JSON schema object that describes a tool's arguments. */
export type JsonSchema = Record<string, unknown>;

/** A tool on offer. `name` is already in the form that every model accepts, e.g. `self_audio_speaker_set_volume`. */
export interface ToolSpec {
  name: string;
  description: string;
  inputSchema: JsonSchema;
}
