import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { batch, callAcceptance, callRequest, command, statusRequest } from "./requests.ts";

const result = z.union([
  z.object({ success: z.literal(true), data: z.unknown() }),
  z.object({ success: z.literal(false), error: z.string() }),
]);

const callState = z.object({
  status: z.enum(["offline", "pending", "bridged", "no_pending"]),
  peerMac: z.string().optional(),
});

interface Described {
  readonly path: string;
  readonly summary: string;
  readonly body: z.ZodType;
  readonly answer: z.ZodType;
  readonly params?: z.ZodObject;
}

const ROUTES: readonly Described[] = [
  {
    path: "/api/commands/{clientId}",
    summary: "Gives one device a command.",
    params: z.object({ clientId: z.string() }),
    body: command,
    answer: result,
  },
  {
    path: "/api/devices/status",
    summary: "Tells which devices are connected (exists) and in a session (isAlive).",
    body: statusRequest,
    answer: z.record(z.string(), z.object({ isAlive: z.boolean(), exists: z.boolean() })),
  },
  {
    path: "/api/devices/commands",
    summary: "Gives several devices, or a group, a command.",
    body: batch,
    answer: z.object({ results: z.record(z.string(), result) }),
  },
  {
    path: "/api/call/request",
    summary: "Lets one device call another.",
    body: callRequest,
    answer: callState,
  },
  {
    path: "/api/call/accept",
    summary: "Lets a device take the call that is for it.",
    body: callAcceptance,
    answer: callState,
  },
];

/** Describes the management API at `/openapi.json`; it needs no key and tells nothing but what may be asked. */
export function describeRoutes(app: OpenAPIHono): void {
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "keyOfTheDay", { type: "http", scheme: "bearer" });
  for (const { path, summary, body, answer, params } of ROUTES) {
    const json = (schema: z.ZodType) => ({ "application/json": { schema } });
    registry.registerPath({
      method: "post",
      path,
      summary,
      security: [{ keyOfTheDay: [] }],
      request: { body: { content: json(body), required: true }, ...(params && { params }) },
      responses: {
        200: { description: "Done, or what came of it.", content: json(answer) },
        400: { description: "The body is not what it should be; `error` names the member." },
        401: { description: "The bearer token is not the key of the day." },
      },
    });
  }
  app.doc("/openapi.json", { openapi: "3.0.0", info: { title: "XiaoZhi gateway management", version: "1" } });
}
