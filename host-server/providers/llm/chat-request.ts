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
