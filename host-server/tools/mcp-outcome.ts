import { isObject, type JsonObject } from "../../protocol/json.ts";
import { readCallResult } from "../../protocol/mcp.ts";
import type { ToolOutcome } from "./source.ts";

/**
 * What the answer to a `tools/call` led to: text parts as they are, what is not text by what it is. An object with a
 * member `action` decides what happens next, as in the reference server.
 */
export function mcpOutcome(result: unknown): ToolOutcome {
  const { text, data, isError } = readCallResult(result);
  const parts = isObject(result) && Array.isArray(result["content"]) ? result["content"].filter(isObject) : [];
  const told = parts.length > 0 ? parts.map(tellPart).filter(Boolean).join("\n") : text;
  const content = told === "" && data ? JSON.stringify(data) : told;
  return withAction({ text: content, ...(data && { data }), isError });
}

/** One content part as a model that reads only text can be told of it. */
function tellPart(part: JsonObject): string {
  const { type, text, resource } = part;
  if (typeof text === "string") return text;
  if (type === "image") return "(an image)";
  if (type === "audio") return "(a sound)";
  if (type === "resource_link") return `(a link to ${word(part["name"])}: ${word(part["uri"])})`;
  if (!isObject(resource)) return "";
  return typeof resource["text"] === "string" ? resource["text"] : `(a file: ${word(resource["uri"])})`;
}

function word(value: unknown): string {
  return typeof value === "string" ? value : "something without a name";
}

/** Carries out the action that a result asks for; the names are the reference server's. */
function withAction(outcome: ToolOutcome): ToolOutcome {
  const { action, response, result } = outcome.data ?? {};
  const said = typeof response === "string" ? response : undefined;
  switch (action) {
    case "RESPONSE":
      return said === undefined ? outcome : { ...outcome, reply: said };
    case "ERROR":
    case "NOTFOUND":
      return { ...outcome, isError: true, ...(said !== undefined && { reply: said }) };
    case "NONE":
      return { ...outcome, reply: "" };
    case "RECORD":
      return { ...outcome, reply: "", ...(said !== undefined && { note: said }) };
    case "REQLLM":
      return typeof result === "string" ? { ...outcome, text: result } : outcome;
    default:
      return outcome;
  }
}
