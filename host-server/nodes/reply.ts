import { isObject, type JsonObject } from "../../protocol/json.ts";
import { AppError } from "../errors.ts";
import type { Answerer } from "./bus.ts";

/** What an answerer gives, or what it throws, as it goes over the bus. */
export async function replyOf(answer: Answerer, message: JsonObject): Promise<JsonObject> {
  try {
    return { result: await answer(message) };
  } catch (error) {
    const code = error instanceof AppError ? error.code : "request-failed";
    return { error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

/** The answer in a reply. @throws AppError with the code of what went wrong where it was answered */
export function readReply({ result, error }: JsonObject): JsonObject {
  if (isObject(result)) return result;
  const { code, message } = isObject(error) ? error : {};
  throw new AppError(String(code ?? "reply-invalid"), String(message ?? "reply-invalid: neither result nor error"));
}
