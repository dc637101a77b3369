import type { OpenAPIHono } from "@hono/zod-openapi";
import { isSameSecret } from "../secret.ts";
import { describeOtherRoutes } from "./description.ts";
import { docsPage } from "./docs-page.ts";
import { addSayRoute, type SayOptions } from "./say.ts";

export interface ApiOptions extends SayOptions {
  /** Opens the API (`server.auth_key`); empty keeps it closed. */
  readonly authKey: string;
  /** Whether the console knows who asks, and that the device is his. */
  readonly mayUse?: (headers: Headers, deviceId: string) => Promise<boolean>;
}

/** What programs may ask of the server, and its description at `/openapi.json` and, for people, at `/docs`. */
export function addApiRoutes(app: OpenAPIHono, options: ApiOptions): void {
  const { authKey, mayUse } = options;
  app.openAPIRegistry.registerComponent("securitySchemes", "authKey", { type: "http", scheme: "bearer" });
  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  const cookie = { type: "apiKey", in: "cookie", name: "xiaozhi.session_token" } as const;
  app.openAPIRegistry.registerComponent("securitySchemes", "login", cookie);
  const document = { openapi: "3.0.0", info: { title: "XiaoZhi host server", version: "1" } };
  app.doc("/openapi.json", document);
  app.get("/docs", (context) => context.html(docsPage(app.getOpenAPIDocument(document))));
  app.use("/api/devices/:id/say", async (context, next) => {
    if (await mayUse?.(context.req.raw.headers, context.req.param("id"))) return next();
    if (authKey === "") {
      const error = "api-closed: set server.auth_key to open the API";
      return context.json({ success: false, code: "api-closed", error }, 403);
    }
    const token = /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    if (isSameSecret(token, authKey)) return next();
    const error = "unauthorized: the bearer token is not server.auth_key";
    return context.json({ success: false, code: "unauthorized", error }, 401);
  });
  addSayRoute(app, options);
  describeOtherRoutes(app);
}
