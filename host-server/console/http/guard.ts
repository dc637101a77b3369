import type { Context, MiddlewareHandler } from "hono";
import { ConsoleError } from "../errors.ts";
import { refuse } from "./mount-routes.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** What every answer of the console says to browsers. Scripts are the page's own; sound and pictures may be made in it. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self' ws: wss:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(self), microphone=(self), serial=(self), geolocation=()",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** Adds what browsers are to know. */
export function securityHeaders(isSecure: boolean): MiddlewareHandler {
  return async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
    if (isSecure) context.res.headers.set("Strict-Transport-Security", "max-age=31536000");
  };
}

/** What somebody was told is kept by no browser, and shown to nobody after him. */
export const notKept: MiddlewareHandler = async (context, next) => {
  await next();
  if (!context.res.headers.has("Cache-Control")) context.res.headers.set("Cache-Control", "no-store");
};

/**
 * Refuses changes that another site's page asks for: a browser says where a request comes from. Programs say nothing, and have no
 * cookies of somebody else.
 */
export function sameOrigin(publicUrl: string): MiddlewareHandler {
  return async (context, next) => {
    if (READING.has(context.req.method) || comesFromHere(context, publicUrl)) return next();
    const reason = `a page of ${context.req.header("origin")?.slice(0, 200)} asks for a change`;
    return refuse(context, new ConsoleError(403, "origin-refused", reason));
  };
}

function comesFromHere({ req }: Context, publicUrl: string): boolean {
  const origin = req.header("origin");
  if (origin === undefined) return !["cross-site", "same-site"].includes(req.header("sec-fetch-site") ?? "");
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === req.header("host") || (publicUrl !== "" && host === new URL(publicUrl).host);
}
