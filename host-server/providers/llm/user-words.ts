import { isObject } from "../../../protocol/json.ts";
import type { Message } from "../llm.ts";

/** What the user said last. */
export function userWords(messages: readonly Message[]): string {
  return withoutSpeaker(messages.findLast(({ role }) => role === "user")?.content ?? "");
}

/** A user's words: a message may carry them with the speaker's name, as `{"speaker":…,"content":…}`. */
export function withoutSpeaker(content: string): string {
  if (!content.startsWith("{")) return content;
  try {
    const parsed: unknown = JSON.parse(content);
    return isObject(parsed) && typeof parsed["content"] === "string" ? parsed["content"] : content;
  } catch {
    // Ordinary text may begin with a brace.
    return content;
  }
}
