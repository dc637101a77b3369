import type { Context } from "hono";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import { lanAddress, requestedHost } from "../../ota/lan-address.ts";
import { isSameSecret } from "../../secret.ts";
import { codeFor } from "../../storage/fleet/activation-codes.ts";
import type { ConsoleParts } from "../parts.ts";
import { callByName, callQuery } from "./reference-calls.ts";
import { agentModels, configOf, correctWords, serverBase } from "./reference-config.ts";
import { chatReport, endReported, keepReport, rememberReported } from "./reference-history.ts";

/** Where the reference's server looks for its console. */
const PREFIX = "/xiaozhi";
/** A sentence with its sound: a minute of WAV in base64. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Codes of the reference: a device that is not known, and one whose code (the message) is to be entered. */
const NOT_KNOWN = 10_041;
const NOT_BOUND = 10_042;
const UNAUTHORIZED = 401;
const INVALID = 500;

type Envelope = { readonly code: number; readonly msg: string; readonly data: unknown };

/** A call of the reference's server: gives the data, or a refusal. */
type Call = (parts: ConsoleParts, body: JsonObject, context: Context) => Promise<unknown>;

/** Ends a call with a code of the reference. */
class Refusal {
  readonly code: number;
  readonly msg: string;

  constructor(code: number, msg: string) {
    this.code = code;
    this.msg = msg;
  }
}

const CALLS: { readonly [path: string]: Call } = {
  "/config/server-base": async ({ config }) => serverBase(config()),
  "/config/agent-models": async (parts, { macAddress, selectedModule }, context) => {
    const mac = String(macAddress ?? "");
    if (mac === "") return new Refusal(NOT_KNOWN, "macAddress");
    const host = requestedHost(context.req.header("host")) ?? lanAddress();
    const known = isObject(selectedModule) ? selectedModule : {};
    const models = await agentModels(parts, { macAddress: mac, known, host });
    return models ?? new Refusal(NOT_BOUND, await codeFor(parts.storage, mac, { board: "", version: "" }));
  },
  "/config/correct-words": (parts, { macAddress }) => correctWords(parts, String(macAddress ?? "")),
  "/agent/chat-history/report": async ({ storage }, body) => {
    const report = chatReport.safeParse(body);
    if (!report.success) return new Refusal(INVALID, report.error.issues[0]?.path.join(".") ?? "body");
    await keepReport(storage, report.data);
    return true;
  },
  "/agent/chat-summary/:session/save": async (parts, _body, context) => {
    await rememberReported(parts, context.req.param("session") ?? "");
    return null;
  },
  "/agent/chat-title/:session/generate": async ({ storage }, _body, context) => {
    await endReported(storage, context.req.param("session") ?? "");
    return null;
  },
};

/** One device calls another by a name. */
const call: Call = async (parts, _body, context) => {
  const query = callQuery.safeParse(context.req.query());
  if (!query.success) return new Refusal(INVALID, query.error.issues[0]?.path.join(".") ?? "query");
  const found = await configOf(parts, query.data.callerMac);
  if (!found) return new Refusal(NOT_KNOWN, "callerMac");
  return callByName(parts, query.data, found.config);
};

/** What the reference's Python server asks of its console: it runs against this one with `manager-api.url` and `.secret`. */
export function referenceRoutes(parts: ConsoleParts): Hono {
  const app = new Hono();
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES });
  for (const [path, call] of Object.entries(CALLS)) {
    app.post(PREFIX + path, limit, (context) => answer(parts, call, context));
  }
  app.get(`${PREFIX}/device/address-book/call`, (context) => answer(parts, call, context));
  return app;
}

/** Every answer has status 200 and says in its code how it went: the reference's server reads nothing else. */
async function answer(parts: ConsoleParts, call: Call, context: Context): Promise<Response> {
  const { secret } = parts.config().server;
  const given = /^Bearer (.+)$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
  if (secret === "" || !isSameSecret(given, secret)) {
    return context.json({ code: UNAUTHORIZED, msg: "server.secret", data: null } satisfies Envelope);
  }
  try {
    const data = await call(parts, await bodyOf(context), context);
    if (data instanceof Refusal) return context.json({ code: data.code, msg: data.msg, data: null } satisfies Envelope);
    return context.json({ code: 0, msg: "success", data } satisfies Envelope);
  } catch (error) {
    parts.log.warn({ error, path: context.req.path }, "a server could not be answered");
    return context.json({ code: INVALID, msg: "internal error", data: null } satisfies Envelope);
  }
}

async function bodyOf(context: Context): Promise<JsonObject> {
  try {
    const value: unknown = JSON.parse(await context.req.text());
    return isObject(value) ? value : {};
  } catch {
    // Some calls have no body.
    return {};
  }
}
