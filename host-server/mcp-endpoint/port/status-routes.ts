import type { IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { isSameSecret } from "../../secret.ts";
import { ENDPOINT_CODES } from "../errors.ts";
import type { Relay } from "../relay.ts";
import type { EndpointMetrics } from "./metrics.ts";
import { statusPage } from "./status-page.ts";

export interface StatusOptions {
  readonly relay: Relay;
  readonly metrics: EndpointMetrics;
  readonly key: string;
  /** This request brought a wrong key. */
  readonly onWrongKey: (request: IncomingMessage) => void;
}

type NodeEnv = { readonly Bindings: HttpBindings };

/** An answer as the reference relay gives it: all four members, and HTTP 200 also for errors. */
function answer(result: unknown, error: { code: number; message: string } | null = null) {
  return { result, error, id: null, jsonrpc: "2.0" } as const;
}

const WRONG_KEY = answer(null, {
  code: ENDPOINT_CODES.wrongKey,
  message: "the key is wrong: ?key=… is that of the endpoint",
});

/** `/mcp_endpoint/…` over HTTP: whether the endpoint works, who is connected, and figures. */
export function createStatusRoutes({ relay, metrics, key, onWrongKey }: StatusOptions): Hono<NodeEnv> {
  const app = new Hono<NodeEnv>();
  const hasKey = (context: Context<NodeEnv>) => {
    const isRight = isSameSecret(context.req.query("key") ?? "", key);
    if (!isRight) onWrongKey(context.env.incoming);
    return isRight;
  };
  app.get("/", (context) => context.redirect("/mcp_endpoint/", 307));
  app.get("/mcp_endpoint", (context) => context.redirect("/mcp_endpoint/", 307));
  app.get("/mcp_endpoint/", (context) => {
    if (!context.req.header("accept")?.includes("text/html")) {
      return context.json(answer({ status: "success", message: "The MCP endpoint works." }));
    }
    // Who is connected is for those who have the key.
    return context.html(statusPage(context.req.query("key") !== undefined && hasKey(context) ? relay : undefined));
  });
  app.get("/mcp_endpoint/health", (context) => {
    if (!hasKey(context)) return context.json(WRONG_KEY);
    return context.json(answer({ status: "success", connections: relay.counts }));
  });
  app.get("/mcp_endpoint/metrics", async (context) => {
    if (!hasKey(context)) return context.json(WRONG_KEY, 401);
    return context.text(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
  return app;
}
