import type { Server as HttpServer, IncomingMessage } from "node:http";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";

/** Where Prometheus reads. */
const METRICS_PATH = "/metrics";

/** What the HTTP port has beside its routes. */
export interface HttpPortOptions {
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Some clients offer HTTP/2 with each request: they are answered as if they had not. */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** The HTTP port with these routes and the figures, not yet open. */
export function createHttpPort(app: Hono, { metrics, log }: HttpPortOptions): HttpServer {
  app.get(METRICS_PATH, async (context) =>
    context.body(await metrics.text(), 200, { "Content-Type": metrics.contentType }),
  );
  app.onError((error, context) => {
    log.error({ error, path: context.req.path }, "request failed");
    return context.text("internal error", 500);
  });
  const answer = getRequestListener(app.fetch);
  return createServer({ shouldUpgradeCallback: wantsWebSocket }, (request, response) => {
    if (hasGoodHost(request)) void answer(request, response);
    else response.writeHead(400, { Connection: "close" }).end("bad request");
  });
}

/** A name with which no address can be made is found out where one is needed, which is not always. */
function hasGoodHost({ headers: { host } }: IncomingMessage): boolean {
  return host === undefined || URL.canParse(`http://${host}`);
}
