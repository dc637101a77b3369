import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { sendFile } from "../console/http/pages.ts";
import type { FlashImages } from "../flash/flash-images.ts";

/** Where ESP Web Tools lie, as they were built with the console's pages. */
const TOOLS = join(import.meta.dirname, "../../.build/console/esp-web-tools");
const TOOL = /^[\w-]{1,80}\.js$/;

type Asked = Context<{ Bindings: Partial<HttpBindings> }>;

export interface FlashOptions {
  readonly images: FlashImages;
  /** Under which devices reach this server. */
  readonly otaUrl: (host: string | undefined) => string;
  /** Whether somebody may have images, by who asks and the key that was sent along. */
  readonly isAllowed: (request: IncomingMessage, key: string | undefined) => Promise<boolean>;
  /** Where ESP Web Tools lie, unless they were built. */
  readonly tools?: string;
}

/** What the page for flashing asks for: which images there are, their files, and the program that writes them. */
export function flashRoutes({ images, otaUrl, isAllowed, tools = TOOLS }: FlashOptions) {
  const app = new Hono<{ Bindings: Partial<HttpBindings> }>();
  const mayHave = async (context: Asked) => {
    const request = context.env?.incoming;
    const key = /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    return request !== undefined && (await isAllowed(request, key));
  };
  app.get("/state", async (context) => {
    const known = { otaUrl: otaUrl(context.req.header("host")) };
    if (!(await mayHave(context))) return context.json(known);
    const { key } = images;
    const publicKey = Buffer.from(key.publicKey).toString("base64");
    return context.json({ ...known, images: await images.list(), key: publicKey, fingerprint: key.fingerprint });
  });
  app.get("/images/:id/:file", async (context) => {
    if (!(await mayHave(context))) return context.json({ code: "login-required", message: "log in first" }, 401);
    const { id, file } = context.req.param();
    const bytes = await images.file(id, file);
    if (!bytes) return context.notFound();
    return context.body(Buffer.from(bytes), 200, { "Content-Type": "application/octet-stream" });
  });
  app.get("/tools/:name", async (context) => {
    const name = context.req.param("name");
    return TOOL.test(name) ? sendFile(context, join(tools, name)) : context.notFound();
  });
  return app;
}
