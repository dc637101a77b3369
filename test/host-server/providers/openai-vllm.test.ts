import assert from "node:assert/strict";
import { test } from "node:test";
import { LlmError } from "../../../host-server/errors.ts";
import { openai } from "../../../host-server/providers/vllm/openai.ts";
import { withApi } from "../fakes/openai-llm.ts";
import { providerContext } from "../fakes/openai-server.ts";

const PICTURE = { type: "image/png", bytes: Uint8Array.of(1, 2, 3) };
const never = new AbortController().signal;

function eyes(url: string, more: object = {}) {
  const settings = openai.settings.parse({ base_url: url, api_key: "k", model: "qwen-vl-plus", ...more });
  return openai.create(settings, providerContext());
}

test("a picture goes out with its question, and the answer comes back", async () => {
  await withApi(
    (response) =>
      response.end(JSON.stringify({ choices: [{ message: { content: "<think>Hm.</think> Three dots." } }] })),
    async (api) => {
      assert.equal(await eyes(api.url, { detail: "low" }).explain(PICTURE, "What is it?", never), "Three dots.");
      const { model, messages } = JSON.parse(String(api.asked[0]?.body));
      const [text, image] = messages[0].content;
      assert.equal(model, "qwen-vl-plus");
      assert.match(text.text, /^What is it\?\n/);
      assert.deepEqual(image.image_url, { url: "data:image/png;base64,AQID", detail: "low" });
    },
  );
});

test("a model without an answer, and one that refuses, are named", async () => {
  await withApi(
    (response, _asked, count) =>
      count === 1 ? response.end(JSON.stringify({ choices: [] })) : response.writeHead(401).end("no"),
    async (api) => {
      const codeOf = async () => {
        const error = await eyes(api.url)
          .explain(PICTURE, "?", never)
          .then(
            () => undefined,
            (reason: unknown) => reason,
          );
        assert.ok(error instanceof LlmError);
        return [error.code, error.message] as const;
      };
      assert.equal((await codeOf())[0], "vllm-empty");
      const [code, message] = await codeOf();
      assert.equal(code, "vllm-unauthorized");
      assert.match(message, /vllm\.openai\.api_key/);
    },
  );
});

test("an abort lets go of the server", async () => {
  await withApi(
    () => {},
    async (api) => {
      const abort = new AbortController();
      const answer = eyes(api.url).explain(PICTURE, "?", abort.signal);
      while (api.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
      abort.abort();
      await assert.rejects(answer);
      await api.asked[0]?.gone;
    },
  );
});
