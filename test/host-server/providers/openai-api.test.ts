import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Api, ApiError, createApi, jsonContent } from "../../../host-server/providers/openai/api.ts";
import { EventStream } from "../../../host-server/providers/openai/event-stream.ts";
import { collect, create, failure, modelWith } from "../fakes/openai-llm.ts";
import { chunk, sse } from "../fakes/openai-server.ts";

const SIGNAL = new AbortController().signal;

/** Runs with a server, and tells how many connections it got. */
async function withServer(listener: RequestListener, run: (url: string, sockets: Set<Socket>) => Promise<void>) {
  const sockets = new Set<Socket>();
  const server = createServer(listener).on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const ask = async (api: Api, path: string) => text((await api.post(path, jsonContent({}), SIGNAL)).body);

test("an address may end with a slash, and paths follow it", async () => {
  const paths: (string | undefined)[] = [];
  await withServer(
    (request, response) => {
      paths.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.end("ok");
    },
    async (url) => {
      assert.equal(await ask(createApi({ baseUrl: `${url}/api/v4/`, apiKey: "k" }), "/x"), "ok");
      await createApi({ baseUrl: url, apiKey: "" }).get("/models", SIGNAL);
    },
  );
  assert.deepEqual(paths, ["POST /api/v4/x Bearer k", "GET /models undefined"]);
});

test("one connection serves one answer after the other, also when a server goes on after their end", async () => {
  const answer = sse([chunk({ content: "Hi" })]);
  await withServer(
    (_request, response) => {
      response.write(answer);
      void setImmediate().then(() => response.end(": goodbye\n\n"));
    },
    async (url, sockets) => {
      const llm = create(url);
      for (let count = 0; count < 3; count++) {
        assert.equal((await collect(llm)).text, "Hi");
        // Both ends are in this process: what is on its way arrives in a few rounds of its loop.
        for (let round = 0; round < 50; round++) await setImmediate();
      }
      assert.equal(sockets.size, 1);
    },
  );
});

test("a refusal is told in the server's words, however it wraps them", async () => {
  const cases = [
    ['{"error":{"message":"no credit"}}', "402 no credit"],
    ['{"error":"no credit"}', "402 no credit"],
    ['{"error":{"code":7}}', '402 {"code":7}'],
    ['{"detail":"no credit"}', '402 {"detail":"no credit"}'],
    ["no credit", "402 no credit"],
    ["", "402 status code (no body)"],
  ];
  for (const [body, message] of cases) {
    await withServer(
      (_request, response) => response.writeHead(402).end(body),
      async (url) => {
        const refused = ask(createApi({ baseUrl: url, apiKey: "" }), "/x");
        await assert.rejects(refused, (error: unknown) => error instanceof ApiError && error.message === message);
      },
    );
  }
});

test("events are lines of data up to an empty line; the rest of a stream means nothing", () => {
  const events = new EventStream();
  const encoder = new TextEncoder();
  const found = (given: string) => events.push(encoder.encode(given));
  assert.deepEqual(found("event: x\nid: 1\n: comment\n\n"), []);
  assert.deepEqual(found("data: one\r\ndata:two\r\n\r"), []);
  assert.deepEqual(found("\ndata:  three\n\ndata\n\n"), ["one\ntwo", " three"]);
  assert.deepEqual(found("data: four\r\r"), []);
  assert.deepEqual(events.end(), ["four"]);
});

test("an event that never ends is given up", async () => {
  const endless = new TextEncoder().encode(`data: ${"x".repeat(600_000)}`);
  const error = await failure(modelWith([endless, endless]));
  assert.equal(error.code, "llm-broken");
  assert.match(error.message, /more than 1000000 characters as one event/);
});
