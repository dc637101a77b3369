import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { refusal } from "../contract/common.ts";
import type { Route } from "./route.ts";

/** What a removal gives, and whatever else says no more than which it was. */
const REMOVED = z.object({ id: z.string() });
const BYTES = { "application/octet-stream": { schema: { type: "string" as const, format: "binary" } } };

const WHO = {
  open: "Open to everybody.",
  user: "For any account, with what is its own.",
  administrator: "For administrators.",
  secret: "For servers with the secret of this one.",
} as const;

/** Puts a route into the description of the port: who may call it, what it takes, what it gives, and how it refuses. */
export function describeRoute(app: OpenAPIHono, route: Route): void {
  const { method, path, summary, access, query, body, takesBytes } = route;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const params = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const content = body ? { "application/json": { schema: body } } : takesBytes ? BYTES : undefined;
  app.openAPIRegistry.registerPath({
    method,
    path,
    summary,
    description: WHO[access],
    ...(access !== "open" && { security: [{ login: [] }, { token: [] }] }),
    request: {
      ...(names.length > 0 && { params }),
      ...(query && { query: query as unknown as z.ZodObject }),
      ...(content && { body: { content, required: body !== undefined } }),
    },
    responses: { ...answerOf(route), ...refusalsOf(route, names.length > 0) },
  });
}

function answerOf({ answer, media, method, status }: Route) {
  if (media !== undefined) {
    const content = {
      [media]: answer ? { schema: answer } : { schema: { type: "string" as const, format: "binary" } },
    };
    return { [status ?? 200]: { description: "Done.", content } };
  }
  const schema = answer ?? (method === "delete" ? REMOVED : z.object({ success: z.literal(true) }));
  return { [status ?? 200]: { description: "Done.", content: { "application/json": { schema } } } };
}

/** Every refusal has the same shape; its code says more. */
function refusalsOf({ access, method, query, body, takesBytes }: Route, hasNames: boolean) {
  const takes = body !== undefined || takesBytes === true;
  const reasons: Readonly<Record<number, string | false>> = {
    400: (takes || query !== undefined) && "What was sent is wrong: `field` names the key.",
    401: access !== "open" && "Nobody is logged in (`login-required`).",
    403:
      (access === "administrator" || method !== "get") &&
      "This account may not (`forbidden`), or a page of another site asks.",
    404: hasNames && "There is none, or it is another's (`not-found`).",
    409: method !== "get" && "It has changed meanwhile, or cannot be done now.",
    413: takes && "The body is too large.",
    415: body !== undefined && "The body is no JSON.",
    503: "The database, or what else it takes, is away.",
  };
  const content = { "application/json": { schema: refusal } };
  return Object.fromEntries(
    Object.entries(reasons).flatMap(([status, description]) =>
      description ? [[status, { description, content }]] : [],
    ),
  );
}
