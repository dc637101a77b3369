import type { Message, ToolSpec } from "../llm.ts";

/** Longest result of a tool in what such a server is told. */
const MAX_RESULT_CHARACTERS = 4_000;

/**
 * What a server that keeps the conversation itself is told next: the user's words, or what the tools gave that it asked for.
 *
 * @param messages the whole conversation
 * @param tools what it may call; it is told how in the first message only
 */
export function nextWords(messages: readonly Message[], tools: readonly ToolSpec[], isFirst: boolean): string {
  const since = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  const fresh = messages.slice(since).filter(({ role }) => role !== "system");
  const said = fresh.map(({ role, content }) => (role === "tool" ? resultWords(content) : content));
  const words = (said.length > 0 ? said : messages.slice(-1).map(({ content }) => content)).join("\n");
  return isFirst && tools.length > 0 ? `${toolInstructions(tools)}\n\n${words}` : words;
}

function resultWords(content: string): string {
  return `The tool gave: ${content.slice(0, MAX_RESULT_CHARACTERS)}`;
}

/** How a model without a wire for tools asks for one; `SpokenFilter` reads what it writes. */
function toolInstructions(tools: readonly ToolSpec[]): string {
  const list = tools.map(({ name, description, inputSchema }) =>
    JSON.stringify({ name, description, parameters: inputSchema }),
  );
  return [
    "You may call these tools in this conversation, when the user's wish needs one:",
    ...list,
    "To call one, answer with nothing but",
    '<tool_call>{"name": "the tool", "arguments": {}}</tool_call>',
    "and its result comes in the next message. Never speak of tools to the user. The user says:",
  ].join("\n");
}
