import type OpenAI from "openai";
import type { Message, ToolCall, ToolSpec } from "../llm.ts";

type ChatMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type ChatTool = OpenAI.Chat.Completions.ChatCompletionFunctionTool;

/** A conversation as OpenAI-compatible servers take it. */
export function toChatMessages(messages: readonly Message[]): ChatMessage[] {
  return messages.map(toChatMessage);
}

/** Tools as OpenAI-compatible servers take them. */
export function toChatTools(tools: readonly ToolSpec[]): ChatTool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    type: "function",
    function: { name, description, parameters: inputSchema },
  }));
}

function toChatMessage({ role, content, toolCalls, toolCallId = "" }: Message): ChatMessage {
  if (role === "tool") return { role, content, tool_call_id: toolCallId };
  if (role !== "assistant" || !toolCalls) return { role, content };
  return { role, content: content || null, tool_calls: toolCalls.map(toChatToolCall) };
}

function toChatToolCall({ id, name, arguments: given }: ToolCall) {
  return { id, type: "function" as const, function: { name, arguments: JSON.stringify(given) } };
}

/** What keeps models of these servers from thinking before they speak, which would cost seconds. */
const THINKING_SWITCHES: readonly { readonly domain: RegExp; readonly body: Record<string, unknown> }[] = [
  { domain: /(^|\.)aliyuncs\.com$/, body: { enable_thinking: false } },
  {
    domain: /(^|\.)(bigmodel\.cn|moonshot\.cn|moonshot\.ai|volces\.com|deepseek\.com)$/,
    body: { thinking: { type: "disabled" } },
  },
];

/** The part of a request that switches thinking off, where the server is known to have one. */
export function withoutThinking(baseUrl: string): Record<string, unknown> {
  const { hostname } = new URL(baseUrl);
  return THINKING_SWITCHES.find(({ domain }) => domain.test(hostname))?.body ?? {};
}
