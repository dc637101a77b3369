import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";

/** Where the built pages lie. */
const DIRECTORY = join(import.meta.dirname, "..", "..", "..", ".build", "console");

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Packed beside each file when the pages are built, the smallest first. */
const PACKED = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

/** Names of these files change with what is in them. */
const FOR_EVER = "public, max-age=31536000, immutable";
const NAME = /^[\w-][\w.-]*$/;

/** Puts the console's pages on the HTTP port: one page, which finds its way by what stands after `#`, and its parts. */
export function mountPages(app: OpenAPIHono, directory = DIRECTORY): void {
  app.get("/", (context) => sendFile(context, join(directory, "index.html")));
  app.get("/icon.svg", (context) => sendFile(context, join(directory, "icon.svg")));
  app.get("/assets/:name", async (context) => {
    const name = context.req.param("name");
    const answer = NAME.test(name) ? await file(context, join(directory, "assets", name)) : undefined;
    if (!answer) return context.notFound();
    answer.headers.set("Cache-Control", FOR_EVER);
    return answer;
  });
}

/** Gives a built file that may be another one tomorrow: browsers ask each time whether it is. */
export async function sendFile(context: Context, path: string): Promise<Response> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return context.text("The console's pages are not built. `xiaozhi build-console` builds them.\n", 404);
  const tag = `W/"${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}"`;
  const isKnown = context.req.header("if-none-match") === tag;
  const answer = isKnown ? context.body(null, 304) : await file(context, path);
  answer?.headers.set("ETag", tag);
  answer?.headers.set("Cache-Control", "no-cache");
  return answer ?? context.notFound();
}

/** A file, packed as the browser likes it. */
async function file(context: Context, path: string): Promise<Response | undefined> {
  const type = TYPES[extname(path)];
  if (!type) return undefined;
  const liked = context.req.header("accept-encoding") ?? "";
  const headers = { "Content-Type": type, Vary: "Accept-Encoding" };
  for (const [encoding, ending] of PACKED) {
    if (!liked.includes(encoding)) continue;
    const packed = await readFile(path + ending).catch(() => undefined);
    if (packed) return context.body(packed, 200, { ...headers, "Content-Encoding": encoding });
  }
  const plain = await readFile(path).catch(() => undefined);
  return plain && context.body(plain, 200, headers);
}
