import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "../../../host-server/log.ts";
import type { ServerOptions } from "../../../host-server/server.ts";
import { openStorage } from "../../../host-server/storage/storage.ts";
import { VirtualClock } from "../../../simulator/clock.ts";
import { fetchFrom, type HttpAnswer } from "./http.ts";
import type { Script } from "./stages.ts";
import { createWorld } from "./world.ts";

/** An answer with its JSON. */
export interface ApiAnswer extends HttpAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects in there
  readonly body: any;
}

/** Somebody with a browser, logged in or not. */
export interface Visitor {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  readonly cookie: string;
  /** Of a program. */
  readonly token: string | undefined;
}

export const PASSWORD = "a long sentence";

/** Real ones take 70 ms of a core each time. */
const plainPasswords = {
  hash: async (password: string) => `plain ${password}`,
  verify: async ({ hash, password }: { hash: string; password: string }) => hash === `plain ${password}`,
};

/** A server with a console and a database in memory. */
export async function createConsoleWorld({
  script = {},
  env = {},
  more = {},
  url = "",
}: {
  script?: Script;
  env?: Record<string, string>;
  more?: Partial<ServerOptions>;
  /** Of PostgreSQL; SQLite unless given. */
  url?: string;
} = {}) {
  const clock = more.clock instanceof VirtualClock ? more.clock : new VirtualClock();
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  const storage = await openStorage({ url, file: ":memory:", clock, log: createLog({ level: "silent" }) });
  const world = createWorld(script, env, folder, { clock, storage, passwords: plainPasswords, ...more });
  const visitor = (token?: string): Visitor => {
    const jar = new Map<string, string>();
    const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    return {
      token,
      get cookie() {
        return cookie();
      },
      async ask(method, path, body, headers = {}) {
        const isBytes = body instanceof Uint8Array;
        const sent = {
          Host: "box:8002",
          ...(jar.size > 0 && { Cookie: cookie() }),
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(body !== undefined && { "Content-Type": isBytes ? "application/octet-stream" : "application/json" }),
          ...headers,
        };
        const bytes = body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) };
        const answer = await fetchFrom(world.server, "http", path, { method, headers: sent, ...bytes });
        for (const line of answer.headers["set-cookie"] ?? []) {
          const [name = "", ...value] = (line.split(";")[0] ?? "").split("=");
          if (/max-age=0/i.test(line)) jar.delete(name);
          else jar.set(name, value.join("="));
        }
        const isJson = answer.headers["content-type"]?.includes("json") ?? false;
        return { ...answer, body: isJson ? JSON.parse(answer.text) : undefined };
      },
    };
  };
  const logIn = async (email: string) => {
    const somebody = visitor();
    await somebody.ask("POST", "/api/auth/sign-in/email", { email, password: PASSWORD });
    return somebody;
  };
  /** The first account. */
  const claim = async () => {
    const administrator = visitor();
    const account = { name: "Ada", email: "ada@home.lan", password: PASSWORD };
    await administrator.ask("POST", "/api/auth/sign-up/email", account);
    return administrator;
  };
  /** An account that the administrator has made. */
  const invite = async (administrator: Visitor, email: string) => {
    await administrator.ask("POST", "/api/users", { name: email.split("@")[0], email, password: PASSWORD });
    return logIn(email);
  };
  const close = async () => {
    await storage.close();
    rmSync(folder, { recursive: true });
  };
  return { ...world, clock, storage, folder, visitor, logIn, claim, invite, close };
}
