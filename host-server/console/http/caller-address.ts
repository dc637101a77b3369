import type { IncomingMessage } from "node:http";
import type { Context } from "hono";

/** The address that a request comes from: of the connection, or what a proxy of ours has written last. */
export function callerAddress(context: Context, trustsProxy: boolean): string {
  const { incoming } = (context.env ?? {}) as { readonly incoming?: IncomingMessage };
  const forwarded = trustsProxy ? context.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return forwarded || incoming?.socket.remoteAddress || "unknown";
}
