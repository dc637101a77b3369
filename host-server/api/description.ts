import { type OpenAPIHono, z } from "@hono/zod-openapi";

const json = (schema: z.ZodType) => ({ "application/json": { schema } });
const text = { "text/plain": { schema: z.string() } };

const versionCheck = z.object({
  server_time: z.object({ timestamp: z.number(), timezone_offset: z.number() }),
  firmware: z.object({ version: z.string(), url: z.string() }),
  websocket: z.object({ url: z.string(), token: z.string() }).optional(),
  mqtt: z.record(z.string(), z.unknown()).optional(),
});

const deviceIds = z.object({
  "Device-Id": z.string().openapi({ example: "11:22:33:44:55:66" }),
  "Client-Id": z.string().openapi({ example: "6b1a7f3e-1c1e-4f0e-9a52-3c7f5f1f0a11" }),
});

/** Describes what the HTTP port serves beside the API: the version check, firmware files, and figures. */
export function describeOtherRoutes({ openAPIRegistry: registry }: Pick<OpenAPIHono, "openAPIRegistry">): void {
  registry.registerPath({
    method: "get",
    path: "/xiaozhi/ota/",
    summary: "Tells people which address devices are given.",
    responses: { 200: { description: "A sentence with the address.", content: text } },
  });
  registry.registerPath({
    method: "post",
    path: "/xiaozhi/ota/",
    summary: "The version check of devices: the time, the newest firmware, and where to connect.",
    request: { headers: deviceIds, body: { content: json(z.record(z.string(), z.unknown())), required: false } },
    responses: {
      200: {
        description: "The answer; without both ids a refusal with `success: false`.",
        content: json(versionCheck),
      },
    },
  });
  registry.registerPath({
    method: "get",
    path: "/xiaozhi/ota/download/{file}",
    summary: "A firmware image that the version check has offered.",
    request: { params: z.object({ file: z.string().openapi({ example: "esp32-s3-devkit_1.0.1.bin" }) }) },
    responses: { 200: { description: "The image." }, 404: { description: "There is no such image." } },
  });
  registry.registerPath({
    method: "get",
    path: "/metrics",
    summary: "Figures for Prometheus.",
    responses: { 200: { description: "Figures of this moment and since the start.", content: text } },
  });
  const state = z.object({
    status: z.enum(["starting", "ready", "stopping"]),
    database: z.enum(["none", "ok", "unreachable"]),
  });
  registry.registerPath({
    method: "get",
    path: "/healthz",
    summary: "Whether the process answers.",
    responses: { 200: { description: "It does.", content: json(z.object({ status: z.literal("ok") })) } },
  });
  registry.registerPath({
    method: "get",
    path: "/readyz",
    summary: "Whether the server can take devices.",
    responses: {
      200: { description: "It can.", content: json(state) },
      503: { description: "It starts or stops, or its database does not answer.", content: json(state) },
    },
  });
}
