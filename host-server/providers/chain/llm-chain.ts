import type { Llm, LlmEvent, Message, Talker, ToolSpec } from "../llm.ts";
import { Chain, type ChainOptions } from "./chain.ts";

/** Several models as one: the next one is asked when one fails before it has said a word or asked for a tool. */
export class LlmChain implements Llm {
  readonly #options: ChainOptions<Llm>;
  readonly #chain: Chain<Llm>;

  constructor(options: ChainOptions<Llm>) {
    this.#options = options;
    this.#chain = new Chain(options);
  }

  /** Whether the model that would be asked now understands nothing but commands. */
  get onlyCommands(): true | undefined {
    return this.#first?.onlyCommands;
  }

  get keepsHistory(): true | undefined {
    return this.#first?.keepsHistory;
  }

  /** Each model in a conversation of its own; how they are is known to all conversations. */
  converse(talker: Talker): Llm {
    const members = this.#options.members.map(({ stage, health }) => ({
      stage: stage.converse?.(talker) ?? stage,
      health,
    }));
    return new LlmChain({ ...this.#options, members });
  }

  warmUp(): Promise<void> {
    return this.#chain.warmUp();
  }

  reply(messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal): AsyncIterable<LlmEvent> {
    const attempt = {
      open: (llm: Llm, own: AbortSignal) => llm.reply(messages, tools, own),
      isAnswer: (event: LlmEvent) => event.type === "text" || event.type === "tool-call",
    };
    return this.#chain.ask(attempt, signal);
  }

  foresee(messages: readonly Message[], tools: readonly ToolSpec[]): string | undefined {
    return this.#first?.foresee?.(messages, tools);
  }

  close(): Promise<void> {
    return this.#chain.close();
  }

  get #first(): Llm | undefined {
    return this.#chain.order[0]?.stage;
  }
}
