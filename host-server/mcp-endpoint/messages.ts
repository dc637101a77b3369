import { isObject, type JsonObject } from "../../protocol/json.ts";
import { RPC_CODES } from "../../protocol/json-rpc.ts";
import type { EndpointError } from "./errors.ts";
import { idSpan, isDeeperThan, type Span } from "./message-id.ts";

/** Deeper than any tool's schema; `JSON.stringify` cannot write what is some thousands of levels deep. */
const MAX_LEVELS = 500;

/** A message as it was written, and what it says. */
export interface WireMessage {
  readonly text: string;
  readonly value: JsonObject;
  /** Where its id stands; undefined where it has none, or in a way that only a parser finds. */
  readonly idAt: Span | undefined;
}

/** A text that JSON understands as this object. */
export function wireMessage(text: string, value: JsonObject): WireMessage {
  return { text, value, idAt: value["id"] === undefined ? undefined : idSpan(text) };
}

/** The tool that a call names; a name that is no text stands for itself, and is no tool's. */
export function calledTool({ name }: JsonObject): string {
  return typeof name === "string" ? name : (JSON.stringify(name) ?? "undefined");
}

/** What a frame holds. */
export type FrameContent =
  | { readonly kind: "message"; readonly message: WireMessage }
  | { readonly kind: "batch"; readonly messages: readonly WireMessage[] }
  | { readonly kind: "garbage"; readonly error: EndpointError };

const invalid = (message: string): FrameContent => ({
  kind: "garbage",
  error: { code: RPC_CODES.invalidRequest, message },
});

/** Reads one text frame: a message, a batch of them (JSON-RPC 2.0 §6), or neither. */
export function readFrame(text: string): FrameContent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = `not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: "garbage", error: { code: RPC_CODES.parse, message } };
  }
  if (isDeeperThan(text, MAX_LEVELS)) return invalid(`nested deeper than ${MAX_LEVELS} levels`);
  if (isObject(value)) return { kind: "message", message: wireMessage(text, value) };
  if (!Array.isArray(value)) return invalid("expected a JSON-RPC message: an object, or a list of them");
  if (value.length === 0) return invalid("expected messages, got an empty list");
  if (!value.every(isObject)) return invalid("expected a list of JSON-RPC messages, got one that holds something else");
  return { kind: "batch", messages: value.map((item) => wireMessage(JSON.stringify(item), item)) };
}

/** What to tell of a frame without text. */
export function binaryError(byteLength: number): EndpointError {
  return { code: RPC_CODES.parse, message: `expected text, got a binary frame of ${byteLength} bytes` };
}
