import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";

const PATH = "/api/devices/{id}/say";
const MAX_BODY_BYTES = 64 * 1024;
/** Texts that may wait for one device; more are refused until some have been said. */
const MAX_WAITING = 8;

/** Says a text through a device; resolves when it has been said. Rejects with an AppError when the device cannot. */
export type Say = (text: string) => Promise<void>;

export interface SayOptions {
  /** How to speak through a device: `unknown` when none with this id has been here, `offline` when it is away. */
  readonly voiceOf: (deviceId: string) => Say | "unknown" | "offline";
  /** Longest text, in characters. */
  readonly maxCharacters: number;
  readonly log: Log;
}

const refusal = z.object({
  success: z.literal(false),
  code: z.string().openapi({ example: "device-offline" }),
  error: z.string().openapi({ example: "device-offline: 11:22:33:44:55:66 is not connected" }),
});

/** Adds `POST /api/devices/{id}/say`: makes a connected device say a text, whatever connects it. */
export function addSayRoute(app: OpenAPIHono, options: SayOptions): void {
  const body = z.strictObject({
    text: z.string().trim().min(1).max(options.maxCharacters).openapi({ example: "Dinner is ready." }),
  });
  describe(app, body);
  const waiting = new Map<string, number>();
  const tooLarge = (context: Context) =>
    refuse(context, 413, new AppError("body-too-large", `body-too-large: expected at most ${MAX_BODY_BYTES} bytes`));
  app.post(PATH.replace("{id}", ":id"), bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }), async (context) => {
    const id = deviceIdIn(context.req.param("id") ?? "");
    const given = body.safeParse(jsonOf(await context.req.text()));
    if (!given.success) return refuse(context, 400, bodyError(given.error));
    const say = options.voiceOf(id);
    if (say === "unknown") return refuse(context, 404, new AppError("device-unknown", `device-unknown: ${id}`));
    if (say === "offline") {
      return refuse(context, 409, new AppError("device-offline", `device-offline: ${id} is not connected`));
    }
    const key = id.toLowerCase();
    const count = waiting.get(key) ?? 0;
    if (count >= MAX_WAITING) {
      return refuse(context, 429, new AppError("device-busy", `device-busy: ${count} texts wait for ${id} already`));
    }
    waiting.set(key, count + 1);
    try {
      await say(given.data.text);
      return context.json({ success: true });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      options.log.warn({ device: id, error }, "a text could not be said");
      return refuse(context, 503, error);
    } finally {
      const left = (waiting.get(key) ?? 1) - 1;
      if (left > 0) waiting.set(key, left);
      else waiting.delete(key);
    }
  });
}

/** A MAC address may come as MQTT topics have it, with `_`. */
function deviceIdIn(param: string): string {
  return /^[0-9a-f]{2}(_[0-9a-f]{2}){5}$/i.test(param) ? param.replaceAll("_", ":") : param;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the schema says that nothing is not an object
    return undefined;
  }
}

function bodyError(error: z.ZodError): AppError {
  const [issue] = error.issues;
  const where = ["body", ...(issue?.path ?? [])].map(String).join(".");
  return new AppError("body-invalid", `body-invalid: ${where}: ${issue?.message}`);
}

function refuse(context: Context, status: 400 | 404 | 409 | 413 | 429 | 503, { code, message }: AppError): Response {
  return context.json({ success: false, code, error: message }, status);
}

function describe(app: OpenAPIHono, body: z.ZodType): void {
  const json = (schema: z.ZodType) => ({ "application/json": { schema } });
  const refused = (description: string) => ({ description, content: json(refusal) });
  app.openAPIRegistry.registerPath({
    method: "post",
    path: PATH,
    summary: "Makes a connected device say a text.",
    description:
      "The answer comes when the text has been said, or was interrupted. What is being said now is said first.",
    security: [{ authKey: [] }],
    request: {
      params: z.object({ id: z.string().openapi({ example: "11:22:33:44:55:66" }) }),
      body: { content: json(body), required: true },
    },
    responses: {
      200: { description: "It has been said.", content: json(z.object({ success: z.literal(true) })) },
      400: refused("The body is not what it should be, or the text is too long."),
      401: refused("The bearer token is not server.auth_key."),
      403: refused("server.auth_key is not set."),
      404: refused("No device with this id has been here."),
      409: refused("The device is not connected."),
      413: refused("The body is too large."),
      429: refused("Too many texts wait for this device."),
      503: refused("The device could not speak."),
    },
  });
}
