import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import { AppError } from "../../errors.ts";
import type { AuditEntry } from "../../storage/audit-log.ts";
import type { Principal } from "../accounts/principal.ts";
import { ConsoleError } from "../errors.ts";
import { changeOf } from "./change.ts";
import { describeRoute } from "./describe-route.ts";
import type { Access, Route } from "./route.ts";

/** Longest JSON body. */
const MAX_BODY_BYTES = 1024 * 1024;

const NOBODY: Principal = { id: "", name: "", email: "", role: "user", hasSecondFactor: false };

const STATUS: Readonly<Record<string, 400 | 404 | 409 | 503>> = {
  "storage-conflict": 409,
  "storage-missing": 404,
  "storage-reference": 400,
  "storage-invalid": 400,
  "config-invalid": 400,
  "config-fixed": 409,
};

export interface MountOptions {
  /** Who asks, with these rights. @throws ConsoleError when that is nobody who may */
  admit(context: Context, access: Access): Promise<Principal | undefined>;
  /** Notes a change that was made. */
  onChange(principal: Principal, change: Omit<AuditEntry, "actor">): Promise<void>;
}

/** Puts routes on the port, and into its description. */
export function mountRoutes(app: OpenAPIHono, routes: readonly Route[], options: MountOptions): void {
  const tooLarge = (context: Context) =>
    refuse(context, new ConsoleError(413, "body-too-large", `expected at most ${MAX_BODY_BYTES} bytes`));
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge });
  for (const route of routes) {
    describeRoute(app, route);
    const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
    const answer = async (context: Context) => {
      try {
        const principal = (await options.admit(context, route.access)) ?? NOBODY;
        return await run(route, context, { principal, onChange: options.onChange });
      } catch (error) {
        return refuse(context, error);
      }
    };
    if (route.takesBytes) app.on(route.method, path, answer);
    else app.on(route.method, path, limit, answer);
  }
}

interface Caller extends Pick<MountOptions, "onChange"> {
  readonly principal: Principal;
}

async function run(route: Route, context: Context, { principal, onChange }: Caller): Promise<Response> {
  const query = parse(route.query, context.req.query(), "query");
  const body = route.body ? parse(route.body, await jsonOf(context), "body") : undefined;
  const params = context.req.param() as Record<string, string>;
  const answer = await route.run({ principal, params, query, body, context });
  if (route.method !== "get" && !route.isQuiet) await onChange(principal, changeOf(route, { params, body, answer }));
  return answer instanceof Response ? answer : context.json(answer as object, route.status ?? 200);
}

async function jsonOf(context: Context): Promise<unknown> {
  const type = context.req.header("content-type") ?? "";
  // A form of another site can send every type but this one without asking.
  if (!/^application\/json\b/i.test(type)) {
    throw new ConsoleError(415, "type-refused", `expected application/json, got ${type.slice(0, 60) || "nothing"}`);
  }
  try {
    return JSON.parse(await context.req.text());
  } catch {
    throw new ConsoleError(400, "body-invalid", "the body is no JSON");
  }
}

function parse(schema: z.ZodType | undefined, value: unknown, what: "query" | "body"): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const keys = issue?.code === "unrecognized_keys" ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...keys.slice(0, 1)].map(String).join(".");
  throw new ConsoleError(400, `${what}-invalid`, `${field || what}: ${issue?.message}`, field);
}

/** The answer to a request that failed. @throws what is nobody's fault but ours */
export function refuse(context: Context, error: unknown): Response {
  if (error instanceof ConsoleError) {
    const { status, code, message, field } = error;
    const seconds = /try again in (\d+) seconds/.exec(message)?.[1];
    if (status === 429 && seconds) context.header("Retry-After", seconds);
    return context.json({ code, message, ...(field && { field }) }, status);
  }
  if (!(error instanceof AppError)) throw error;
  const { code, message } = error;
  return context.json({ code, message }, STATUS[code] ?? 503);
}
