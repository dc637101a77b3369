import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "../log.ts";

/** What was being handled, and whose it was: fields of the line in the log. */
export interface Handling {
  /** The entry, as `mqtt` or `mcp-endpoint`. */
  readonly at: string;
  readonly [field: string]: unknown;
}

/** Says in the log that handling something failed in a way that nobody foresaw. */
export function tellFault(log: Log, handling: Handling, error: unknown): void {
  log.error({ ...handling, error }, "a fault of the server: what came is dropped, all else goes on");
}

/**
 * A handler for an event of a socket, a program or a thread. What it throws is told in the log and goes no further: out of
 * such an event it would end the process, and with it everybody's conversations.
 *
 * @param onFault what is to become of the one that the fault came by, as the end of its connection
 */
export function contained<Values extends unknown[]>(
  { log, ...handling }: Handling & { readonly log: Log },
  handle: (...values: Values) => void,
  onFault?: (...values: Values) => void,
): (...values: Values) => void {
  return (...values) => {
    try {
      handle(...values);
    } catch (error) {
      tellFault(log, handling as Handling, error);
      onFault?.(...values);
    }
  };
}

/** `contained` for requests to become a WebSocket: a fault ends the connection that it came by. */
export function containedUpgrade(
  handling: Handling & { readonly log: Log },
  upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void,
): typeof upgrade {
  return contained(handling, upgrade, (_request, stream) => stream.destroy());
}
