import assert from "node:assert/strict";
import { test } from "node:test";
import { openai } from "../../../host-server/providers/llm/openai.ts";
import type { LlmEvent } from "../../../host-server/providers/llm.ts";
import { collect, create, failure, modelWith, settings, USER, withApi } from "../fakes/openai-llm.ts";
import { chunk, providerContext, sse, startFakeApi } from "../fakes/openai-server.ts";

test("a server that does not know how to count is asked again without that, and for ever after", async () => {
  await withApi(
    (response, { body }) => {
      if (!String(body).includes("stream_options")) return response.end(sse([chunk({ content: "Hi" })]));
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"error":{"message":"Unknown field: stream_options"}}');
    },
    async (api) => {
      const llm = create(api.url);
      assert.equal((await collect(llm)).text, "Hi");
      assert.equal((await collect(llm)).text, "Hi");
      assert.equal(api.asked.length, 3);
    },
  );
});

test("refusals name the server, what it said, and what to look at", async () => {
  const cases: [status: number, code: string, words: RegExp, attempts: number][] = [
    [401, "llm-unauthorized", /refused the key in llm\.openai\.api_key: 401 no such thing/, 1],
    [403, "llm-unauthorized", /refused the key/, 1],
    [404, "llm-not-found", /does not know the model "m-1"/, 1],
    [400, "llm-refused", /refused the request for model "m-1": 400 no such thing/, 1],
    [429, "llm-overloaded", /takes no more requests for now/, 1],
    [500, "llm-server-error", /failed: 500 no such thing/, 2],
    [503, "llm-server-error", /failed/, 2],
    [302, "llm-refused", /refused the request/, 1],
  ];
  for (const [status, code, words, attempts] of cases) {
    await withApi(
      (response) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end('{"error":{"message":"no such thing"}}');
      },
      async (api) => {
        const error = await failure(create(api.url));
        assert.equal(error.code, code);
        assert.ok(error.message.startsWith(api.url), error.message);
        assert.match(error.message, words);
        assert.equal(api.asked.length, attempts, code);
      },
    );
  }
});

test("a server that nobody started is named with its address, at once", async () => {
  const api = await startFakeApi(() => {});
  await api.close();
  const error = await failure(create(api.url));
  assert.equal(error.code, "llm-unreachable");
  assert.equal(error.message, `${api.url} cannot be reached (ECONNREFUSED)`);
});

test("what fails before the first word is tried once more; afterwards it is not", async () => {
  await withApi(
    (response, _asked, count) => {
      if (count === 1) response.destroy();
      else if (count === 2) response.end(sse([chunk({ content: "Hi" })]));
      else response.write(sse([chunk({ content: "Hi" })], ""), () => setImmediate(() => response.destroy()));
    },
    async (api) => {
      const llm = create(api.url);
      assert.equal((await collect(llm)).text, "Hi");
      assert.equal(api.asked.length, 2);
      assert.equal((await failure(llm)).code, "llm-broken");
      assert.equal(api.asked.length, 3);
    },
  );
});

test("garbage is no answer", async () => {
  for (const [body, code] of [
    ["<html>Welcome</html>", "llm-garbled"],
    ["", "llm-garbled"],
    ["data: {broken\n\n", "llm-garbled"],
    ['data: {"error":{"message":"out of memory"}}\n\n', "llm-broken"],
  ] as const) {
    const error = await failure(modelWith([new TextEncoder().encode(body)]));
    assert.equal(error.code, code, body);
  }
});

test("an abort ends the request at the server, without an error", async () => {
  await withApi(
    (response) => response.write(sse([chunk({ content: "One" })], "")),
    async (api) => {
      const abort = new AbortController();
      const events: LlmEvent[] = [];
      for await (const event of create(api.url).reply(USER, [], abort.signal)) {
        events.push(event);
        abort.abort();
      }
      assert.equal(events.length, 1);
      await api.asked[0]?.gone;
    },
  );
});

test("at the start a wrong key or a missing server is told in the log; what else a server answers is not", async () => {
  const cases: [status: number, count: number][] = [
    [401, 1],
    [404, 0],
    [200, 0],
  ];
  for (const [status, count] of cases) {
    await withApi(
      (response) => response.writeHead(status, { "content-type": "application/json" }).end('{"data":[]}'),
      async (api) => {
        const logged = Promise.withResolvers<void>();
        const context = providerContext();
        const log = {
          ...context.log,
          warn: (fields: object) => {
            context.lines.push(fields);
            logged.resolve();
          },
        };
        await openai.create(settings(api.url), { ...context, log }).warmUp?.();
        if (count > 0) await logged.promise;
        else while (api.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(context.lines.length, count, String(status));
      },
    );
  }
});
