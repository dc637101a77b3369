import type { Message, ToolCall } from "../providers/llm.ts";

/** Messages that are kept; older ones are forgotten, a whole exchange at a time. */
const KEPT_MESSAGES = 40;

/** What was said between one device and the model, as long as it is connected. */
export class Dialogue {
  readonly #prompt: string;
  #messages: Message[] = [];

  /** `prompt` tells the model who it is. */
  constructor(prompt: string) {
    this.#prompt = prompt;
  }

  /** Everything the model is given, oldest first. */
  get messages(): readonly Message[] {
    return [{ role: "system", content: this.#prompt }, ...this.#messages];
  }

  addUser(content: string): void {
    this.#messages.push({ role: "user", content });
    while (this.#messages.length > KEPT_MESSAGES) this.#forgetOldest();
  }

  addAssistant(content: string): void {
    if (content !== "") this.#messages.push({ role: "assistant", content });
  }

  /** Calls and their results enter together: models refuse a call without its result. */
  addTools(content: string, calls: readonly { call: ToolCall; result: string }[]): void {
    this.#messages.push({ role: "assistant", content, toolCalls: calls.map(({ call }) => call) });
    for (const { call, result } of calls) this.#messages.push({ role: "tool", content: result, toolCallId: call.id });
  }

  /** A conversation must begin with a user message. */
  #forgetOldest(): void {
    const next = this.#messages.findIndex(({ role }, index) => index > 0 && role === "user");
    this.#messages.splice(0, next > 0 ? next : this.#messages.length - 1);
  }
}
