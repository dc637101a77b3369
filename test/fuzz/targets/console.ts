import { firmwareImage } from "../../firmware/firmware-images.ts";
import { createConsoleWorld, type Visitor } from "../../host-server/fakes/console.ts";
import { fakeProviders } from "../../host-server/fakes/world.ts";
import { faultsIn } from "../faults.ts";
import { bytesOfText, expect, type FuzzTarget, packed, pieces, textOf } from "../target.ts";

interface Operation {
  readonly method: string;
  readonly path: string;
}

/** Every route that the console has, by its own description. */
async function operations(visitor: Visitor): Promise<Operation[]> {
  const { body } = await visitor.ask("GET", "/openapi.json");
  return Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
}

const BODIES = [
  { name: "a", email: "b@c.d", password: "a long sentence", role: "user" },
  { name: "a", settings: { prompt: "b", llm: { use: "scripted" } }, notes: null },
  { text: "a", agent: "default", enabled: true, tags: ["a"], value: 1, values: { a: "b" } },
  { percent: 5, devices: ["11:22:33:44:55:66"], code: "123456", tool: "a", arguments: {} },
];

/** Node ends a connection with a longer head at once, and streams in memory lose its last words (431). */
const MAX_TARGET = 8_000;

/** Real ms within which an answer comes from a server in memory. */
const ANSWER_MS = 10_000;

/** @throws Error when nothing came */
async function soon<T>(answer: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} is not answered`)), ANSWER_MS);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Requests to the console's routes by an administrator: any body, any place in a path, any query. */
export async function consoleRoutes(): Promise<FuzzTarget> {
  const world = await createConsoleWorld({ more: { agentProviders: fakeProviders } });
  const ada = await world.claim();
  const routes = await operations(ada);
  // What ends the process, or the session of the one who asks, is left out.
  const known = routes.filter(({ path }) => !/restart|sign-out|readyz|stream|live|events|backup/.test(path));
  const seeds = known.flatMap(({ method, path }, at) =>
    BODIES.map((body) => {
      const filled = path.replaceAll(/\{[^}]+\}/g, at % 2 ? "default" : "1");
      return packed(bytesOfText(`${method} ${filled}?limit=5`), bytesOfText(JSON.stringify(body)));
    }),
  );
  seeds.push(packed(bytesOfText("POST /api/firmware"), firmwareImage(700)));
  return {
    seeds,
    form: "pieces",
    run: async (input) => {
      const [first = new Uint8Array(0), body = new Uint8Array(0)] = pieces(input);
      const [, method = "GET", path = "/"] = /^(GET|POST|PUT|PATCH|DELETE) (\/[\x21-\x7e]*)/.exec(textOf(first)) ?? [];
      if (/restart|sign-out|readyz|stream|live|events|backup/.test(`${method}${path}`)) return undefined;
      if (path.length > MAX_TARGET) return undefined;
      world.log.length = 0;
      const sent = method === "GET" || method === "HEAD" ? undefined : new Uint8Array(body);
      const headers = {
        "Content-Type": path.includes("firmware") ? "application/octet-stream" : "application/json",
        // A body of a DELETE has none by itself.
        ...(sent && { "Content-Length": String(sent.length) }),
      };
      const answer = await soon(ada.ask(method, path, sent, headers), `${method} ${path}`);
      const faults = faultsIn(world.log);
      const isWell = answer.status < 500 && faults.length === 0;
      expect(isWell, `no request fails: ${method} ${path}: ${answer.text} ${JSON.stringify(faults)}`);
      return `${method} ${path.split(/[?/]/).slice(0, 4).join("/")} ${answer.status} ${answer.body?.code}`;
    },
    close: () => world.close(),
  };
}
