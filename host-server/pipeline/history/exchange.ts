import type { Message, ToolCall } from "../../providers/llm.ts";
import { tokensOfMessage } from "./tokens.ts";

/** A call and what the model is told of its result. */
export interface CallResult {
  readonly call: ToolCall;
  readonly result: string;
}

/** Marks where the device was interrupted. */
const CUT_MARK = "…";

/** What one turn adds to a conversation. Only its own turn writes to it, and nothing once it is closed. */
export class Exchange {
  #messages: Message[];
  #tokens: number | undefined;
  #isClosed = false;

  /** `user` is absent when the device speaks of its own accord. */
  constructor(user?: string) {
    this.#messages = user === undefined ? [] : [{ role: "user", content: user }];
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Nothing more will be added. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** About how long it is for a model. */
  get tokens(): number {
    this.#tokens ??= this.#messages.reduce((sum, message) => sum + tokensOfMessage(message), 0);
    return this.#tokens;
  }

  /** What the device says, or will have said when nobody interrupts it. */
  addAssistant(content: string): void {
    if (content !== "") this.#add({ role: "assistant", content });
  }

  /** Calls and their results enter together: models refuse a call without its result. */
  addTools(content: string, results: readonly CallResult[]): void {
    this.#add({ role: "assistant", content, toolCalls: results.map(({ call }) => call) });
    for (const { call, result } of results) this.#add({ role: "tool", content: result, toolCallId: call.id });
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Closes it after an interruption: of what the device was to say, only the first `characters` were heard. */
  cut(characters: number): void {
    if (this.#isClosed) return;
    let left = characters;
    this.#messages = this.#messages.flatMap((message) => {
      if (message.role !== "assistant") return message;
      const content = beginning(message.content, left);
      left = Math.max(0, left - message.content.length);
      return content === "" && !message.toolCalls ? [] : { ...message, content };
    });
    this.#tokens = undefined;
    this.close();
  }

  #add(message: Message): void {
    if (this.#isClosed) return;
    this.#messages.push(message);
    this.#tokens = undefined;
  }
}

/** The first `characters` of a text, without half a word, and with a mark where it was cut. */
function beginning(text: string, characters: number): string {
  if (characters >= text.length) return text;
  const isInWord = /^[\p{Script=Latin}\p{N}]/u.test(text.slice(characters));
  const heard = text.slice(0, characters);
  const whole = (isInWord ? heard.replace(/[\p{Script=Latin}\p{N}'’]+$/u, "") : heard).trimEnd();
  return whole === "" ? "" : whole + CUT_MARK;
}
