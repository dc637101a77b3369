import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type Clock, calendarTime } from "../../../protocol/clock.ts";
import { ProtocolError } from "../../../protocol/errors.ts";
import { type JsonObject, parseJson } from "../../../protocol/json.ts";
import type { Log } from "../../log.ts";
import type { MqttGateway } from "../mqtt/gateway.ts";
import type { BrokerVerdict } from "./broker-login.ts";
import { runCommand, targetsOf } from "./commands.ts";
import { isDailyKey } from "./daily-key.ts";
import { describeRoutes } from "./description.ts";
import { createMetrics } from "./metrics.ts";
import { batch, callAcceptance, callRequest, command, readBody, statusRequest } from "./requests.ts";

const MAX_BODY_BYTES = 256 * 1024;

export interface ManagementOptions {
  readonly gateway: Pick<MqttGateway, "devices" | "find" | "counts" | "calls">;
  /** What the daily key is made with. */
  readonly secret: string;
  /** Judges a login at another broker; undefined when there is none. */
  readonly judgeLogin: ((body: JsonObject) => BrokerVerdict) | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** What those who manage devices may ask of the gateway. Paths and bodies are those of the reference gateway, and more. */
export function createManagementRoutes(options: ManagementOptions): OpenAPIHono {
  const { gateway, secret, clock, log } = options;
  const app = new OpenAPIHono();
  describeRoutes(app);
  const metrics = createMetrics(() => gateway.counts);
  app.get("/metrics", async (context) =>
    context.text(await metrics.metrics(), 200, { "Content-Type": metrics.contentType }),
  );
  app.use("/api/*", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context, next) => {
    const token = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    if (!isDailyKey(token, secret, calendarTime(clock)))
      return context.json({ error: "the bearer token is not today's" }, 401);
    return next();
  });
  app.post("/api/commands/:clientId", async (context) => {
    const given = readBody(command, await jsonOf(context));
    const result = await runCommand(given, gateway.find(context.req.param("clientId")));
    return context.json(result, result.success ? 200 : 500);
  });
  app.post("/api/devices/status", async (context) => {
    const { clientIds } = readBody(statusRequest, await jsonOf(context));
    return context.json(Object.fromEntries(clientIds.map((id) => [id, statusOf(gateway, id)])));
  });
  app.post("/api/devices/commands", async (context) => {
    const given = readBody(batch, await jsonOf(context));
    const results = targetsOf(given, gateway.devices).map(async (id) => {
      return [id, await runCommand(given, gateway.find(id))] as const;
    });
    return context.json({ results: Object.fromEntries(await Promise.all(results)) });
  });
  addCallRoutes(app, gateway);
  const { judgeLogin } = options;
  // The broker cannot know the key of the day; it learns no more here than whether a login is good.
  if (judgeLogin) {
    app.post("/mqtt/auth", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
      return context.json(judgeLogin(readBody(z.record(z.string(), z.unknown()), await jsonOf(context))));
    });
  }
  app.onError((error, context) => {
    if (error instanceof ProtocolError) return context.json({ success: false, error: error.message }, 400);
    log.error({ error, path: context.req.path }, "request failed");
    return context.json({ success: false, error: "internal error" }, 500);
  });
  return app;
}

function addCallRoutes(app: OpenAPIHono, { calls }: Pick<MqttGateway, "calls">): void {
  app.post("/api/call/request", async (context) => {
    const { caller_mac, target_mac, caller_nickname } = readBody(callRequest, await jsonOf(context));
    const [callerMac, targetMac] = [plainMac(caller_mac), plainMac(target_mac)];
    return context.json(await calls.request({ callerMac, targetMac, callerNickname: caller_nickname }));
  });
  app.post("/api/call/accept", async (context) => {
    return context.json(await calls.accept(plainMac(readBody(callAcceptance, await jsonOf(context)).mac)));
  });
}

/** The address of a device, with `:`, however it was written. */
function plainMac(text: string): string {
  return text.toLowerCase().replaceAll("_", ":");
}

async function jsonOf(context: Context): Promise<unknown> {
  return parseJson(await context.req.text());
}

function statusOf(gateway: Pick<MqttGateway, "find">, id: string) {
  const device = gateway.find(id);
  return { isAlive: device?.hasSession ?? false, exists: device !== undefined };
}
