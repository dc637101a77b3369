import type { TestContext } from "node:test";
import { chunk, type FakeApi, sse, startFakeApi } from "../../host-server/fakes/openai-server.ts";

export const KEY = "sk-test-1234567890abcdef";

/** A service that is compatible with OpenAI's and knows one key: it speaks, and hears what it has spoken. */
export async function startVoiceService(t: TestContext): Promise<FakeApi> {
  let said = "";
  const service = await startFakeApi((response, { path, headers, body }) => {
    if (headers.authorization !== `Bearer ${KEY}`) {
      const message = `Incorrect API key provided: ${headers.authorization?.slice(7)}`;
      return void response.writeHead(401).end(JSON.stringify({ error: { message } }));
    }
    if (path === "/v1/models")
      return void response.end(JSON.stringify({ data: [{ id: "tts-1" }, { id: "qwen-plus" }] }));
    if (path === "/v1/audio/speech") {
      said = JSON.parse(body.toString()).input;
      return void response.end(tone());
    }
    if (path === "/v1/audio/transcriptions") {
      return void response.setHeader("content-type", "application/json").end(JSON.stringify({ text: said }));
    }
    if (path === "/v1/chat/completions") return void response.end(sse([chunk({ content: "我是小智。" })]));
    response.writeHead(404).end();
  });
  t.after(() => service.close());
  return service;
}

/** A second that a voice detector takes for speech: a buzz with the formants of a vowel, loud and soft by turns. */
function tone(): Buffer {
  const pcm = Int16Array.from({ length: 24_000 }, (_, at) => {
    const seconds = at / 24_000;
    const buzz = [1, 2, 3, 4, 5, 6, 7, 8].reduce((sum, n) => sum + Math.sin(2 * Math.PI * 130 * n * seconds) / n, 0);
    return 6000 * buzz * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * seconds));
  });
  return Buffer.from(pcm.buffer);
}
