import assert from "node:assert/strict";
import { createLog } from "../../../host-server/log.ts";
import { builtInPlugins, type ServerAbilities } from "../../../host-server/tools/built-in-plugins.ts";
import { definePlugin, type PluginHost } from "../../../host-server/tools/plugin.ts";
import type { ToolOutcome } from "../../../host-server/tools/source.ts";
import { createWeb } from "../../../host-server/tools/web.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { VirtualClock } from "../../../simulator/clock.ts";

/** A quarter past eleven at night in London, the next morning in Beijing. */
export const MOMENT = Date.UTC(2026, 10, 21, 23, 15);

/** A request that a plugin made. */
export interface Asked {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: JsonObject | undefined;
}

/** The web as a test plays it: gives JSON, a text, or a whole response; throws what a connection would. */
export type Site = (asked: Asked) => object | string | Response | Promise<Response>;

export interface Setting {
  readonly settings?: JsonObject;
  readonly timezoneMinutes?: number;
  readonly abilities?: ServerAbilities;
  readonly site?: Site;
  readonly clock?: VirtualClock;
  readonly dataDirectory?: string;
}

/** A plugin of the server, or the tools of one that has several, ready to be called. */
export function plugin(name: string, setting: Setting = {}) {
  const { settings = {}, timezoneMinutes = 0, abilities = {}, dataDirectory = "no-such-folder" } = setting;
  const clock = setting.clock ?? new VirtualClock({ start: MOMENT });
  const asked: Asked[] = [];
  const host: PluginHost = {
    definePlugin,
    settings,
    clock,
    log: createLog({ level: "silent" }),
    web: createWeb({ clock, fetch: scriptedFetch(setting.site, asked) }),
    dataDirectory,
    timezoneMinutes: () => timezoneMinutes,
  };
  const made = [builtInPlugins[name]?.create(host, abilities) ?? []].flat();
  const prompts: string[] = [];
  const caller = { deviceId: "11:22:33:44:55:66", setPrompt: (prompt: string) => prompts.push(prompt) };
  const call = async (tool: string, args: JsonObject = {}, signal = new AbortController().signal) => {
    const found = made.find((candidate) => candidate.tool.name === tool);
    assert.ok(found, `there is no ${tool}`);
    return found.run(args, caller, signal);
  };
  const run = (args: JsonObject = {}, signal?: AbortSignal): Promise<ToolOutcome> => call(name, args, signal);
  return { run, call, prompts, asked, clock, made, isOffered: made.length > 0, tool: made[0]?.tool };
}

function scriptedFetch(site: Site | undefined, asked: Asked[]): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const { method = "GET", headers, body, signal } = init;
    const url = new URL(String(input));
    const request = { url, method, headers: new Headers(headers), body: body ? JSON.parse(String(body)) : undefined };
    asked.push(request);
    if (!site) throw new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } });
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const given = await Promise.race([site(request), aborted]);
    if (given instanceof Response) return given;
    return new Response(typeof given === "string" ? given : JSON.stringify(given));
  };
}
