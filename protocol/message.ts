import { ProtocolError, shown } from "./errors.ts";
import { isObject, type JsonObject, parseJson } from "./json.ts";

/** A message of a type this side does not know. It is reported and ignored, so that old and new peers get along. */
export interface UnknownMessage {
  readonly type: "unknown";
  /** The type as it stood on the wire. */
  readonly wireType: string;
}

/** One row per message type: how its object becomes a typed message. */
export type MessageTable<M> = { readonly [type: string]: (object: JsonObject) => M };

/**
 * One JSON text as a message of `table`.
 *
 * @param maxValues see `parseJson`
 * @throws ProtocolError `json-invalid` or `message-invalid`
 */
export function parseMessage<M>(text: string, table: MessageTable<M>, maxValues?: number): M | UnknownMessage {
  const value = parseJson(text, maxValues);
  if (!isObject(value))
    throw new ProtocolError("message-invalid", "message", `expected an object, got ${shown(value)}`);
  const { type } = value;
  if (typeof type !== "string") {
    throw new ProtocolError("message-invalid", "message.type", `expected a string, got ${shown(type)}`);
  }
  const row = Object.hasOwn(table, type) ? table[type] : undefined;
  return row ? row(value) : { type: "unknown", wireType: type };
}
