/**
 * What can be wrong with something a peer sent, or with a call to a peer.
 *
 * - `json-invalid`: the text is not JSON, or nests deeper than any message of this protocol
 * - `message-invalid`: a JSON message lacks a member or has one of the wrong type
 * - `frame-invalid`: a binary audio frame breaks its framing
 * - `ogg-invalid`: a sound file that is no mono Ogg/Opus, or is damaged
 * - `rpc-invalid`: not a JSON-RPC 2.0 message
 * - `rpc-timeout`, `rpc-closed`: a request got no answer in time, or its connection ended first
 * - `rpc-cancelled`: nobody waits for the answer any more
 * - `mcp-invalid`: a well-formed JSON-RPC answer that MCP does not allow
 * - `ota-invalid`: the version-check answer is not usable
 */
export type ProtocolErrorCode =
  | "json-invalid"
  | "message-invalid"
  | "frame-invalid"
  | "ogg-invalid"
  | "rpc-invalid"
  | "rpc-timeout"
  | "rpc-closed"
  | "rpc-cancelled"
  | "mcp-invalid"
  | "ota-invalid";

/** The one error that everything in `protocol/` throws; `field` is the path of the offending member. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ProtocolErrorCode;
  readonly field: string;

  constructor(code: ProtocolErrorCode, field: string, detail: string) {
    super(`${code}: ${field}: ${detail}`);
    this.code = code;
    this.field = field;
  }
}

const SHOWN_CHARACTERS = 60;

/** A short text of any value for an error message: what it is, cut after 60 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // cyclic values and BigInt have no JSON; their type is all that can be said
  }
  text ??= typeof value;
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
