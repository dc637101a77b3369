import type { Message } from "../../providers/llm.ts";

/** What a message costs beside its text. */
const TOKENS_PER_MESSAGE = 4;
const CHARACTERS_PER_TOKEN = 4;
/** Chinese, Japanese and Korean characters are a token each. */
const WHOLE_TOKEN = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/g;

/** About how many tokens a model makes of a text. Models differ; it errs on the side of too many. */
export function tokensOf(text: string): number {
  const whole = text.match(WHOLE_TOKEN)?.length ?? 0;
  return whole + Math.ceil((text.length - whole) / CHARACTERS_PER_TOKEN);
}

/** The same for a message, with the tool calls in it. */
export function tokensOfMessage({ content, toolCalls }: Message): number {
  return TOKENS_PER_MESSAGE + tokensOf(content) + (toolCalls ? tokensOf(JSON.stringify(toolCalls)) : 0);
}
