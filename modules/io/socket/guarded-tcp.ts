import TCP, { type TCPOptions } from "embedded:io/socket/tcp";
import { contained } from "../../system/contained.ts";
import { log, reason } from "../../system/log.ts";

type Callback = ((this: TCP, count: number) => void) | undefined;

/** A callback of a socket's owner that may throw: what it throws becomes the owner's `onError`, and a log line. */
export function guarded<C extends Callback>(options: TCPOptions, callback: C): C {
  return (callback &&
    function (this: TCP, count: number): void {
      try {
        callback.call(this, count);
      } catch (error) {
        log.warn("peer broke the protocol", { host: options.host ?? options.address, reason: reason(error) });
        // A client that had already ended throws once more.
        contained("socket", () => options.onError?.call(this, error));
      }
    }) as C;
}

/**
 * A TCP socket for the SDK's clients. They parse what the server sends inside the socket's callbacks and throw on what
 * they do not understand; uncaught, that would end the virtual machine. Here it is an error of the connection.
 */
export class GuardedTCP extends TCP {
  constructor(options: TCPOptions) {
    const { onReadable, onWritable } = options;
    // The SDK declares these options without exactOptionalPropertyTypes in mind.
    super({ ...options, onReadable: guarded(options, onReadable), onWritable: guarded(options, onWritable) } as never);
  }
}
