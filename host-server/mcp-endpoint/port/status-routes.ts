import { Hono } from "hono";
import { isSameSecret } from "../../secret.ts";
import { ENDPOINT_CODES } from "../errors.ts";
import type { Relay } from "../relay.ts";
import type { EndpointMetrics } from "./metrics.ts";
import { statusPage } from "./status-page.ts";

export interface StatusOptions {
  readonly relay: Relay;
  readonly metrics: EndpointMetrics;
  readonly key: string;
  /** Counts wrong keys by where they come from; gives whether that is shut out. */
  readonly onWrongKey: () => void;
}

/** An answer as the reference relay gives it: all four members, and HTTP 200 also for errors. */
function answer(result: unknown, error: { code: number; message: string } | null = null) {
  return { result, error, id: null, jsonrpc: "2.0" } as const;
}

const WRONG_KEY = answer(null, {
  code: ENDPOINT_CODES.wrongKey,
  message: "the key is wrong: ?key=… is that of the endpoint",
});

/** `/mcp_endpoint/…` over HTTP: whether the endpoint works, who is connected, and figures. */
export function createStatusRoutes({ relay, metrics, key, onWrongKey }: StatusOptions): Hono {
  const app = new Hono();
  const isKey = (given = "") => {
    const isRight = isSameSecret(given, key);
    if (!isRight) onWrongKey();
    return isRight;
  };
  app.get("/", (context) => context.redirect("/mcp_endpoint/", 307));
  app.get("/mcp_endpoint", (context) => context.redirect("/mcp_endpoint/", 307));
  app.get("/mcp_endpoint/", (context) => {
    const given = context.req.query("key");
    if (!context.req.header("accept")?.includes("text/html")) {
      return context.json(answer({ status: "success", message: "The MCP endpoint works." }));
    }
    // Who is connected is for those who have the key.
    return context.html(statusPage(given !== undefined && isKey(given) ? relay : undefined));
  });
  app.get("/mcp_endpoint/health", (context) => {
    if (!isKey(context.req.query("key"))) return context.json(WRONG_KEY);
    return context.json(answer({ status: "success", connections: relay.counts }));
  });
  app.get("/mcp_endpoint/metrics", async (context) => {
    if (!isKey(context.req.query("key"))) return context.json(WRONG_KEY, 401);
    return context.text(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
  return app;
}
