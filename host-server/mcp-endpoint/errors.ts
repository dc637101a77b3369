/** Why a relay answers instead of a tool: codes of its own, beside those of JSON-RPC 2.0. */
export const ENDPOINT_CODES = {
  /** No tool is connected for the agent; the reference relay's code. */
  noTool: -32001,
  /** The tool left, or does not read; the reference relay's code for what could not be sent. */
  toolGone: -32002,
  /** The tool gave no answer in time. */
  timedOut: -32003,
  /** The key of the status is wrong; the reference relay's code. */
  wrongKey: -32004,
  /** The caller has too many calls under way. */
  busy: -32005,
} as const;

/** What is said of an error. */
export interface EndpointError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** An answer that is an error. @param id as JSON: `7`, `"a"` or `null` */
export function errorText(id: string, error: EndpointError): string {
  return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify(error)}}`;
}

/** An answer that is a value. @param result as JSON */
export function resultText(id: string, result: string): string {
  return `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
}
