import assert from "node:assert/strict";
import { test } from "node:test";
import { customVoice, funServer, siliconFlow, soVits } from "../../../host-server/config/reference-voices.ts";
import { funasr } from "../../../host-server/providers/asr/funasr.ts";
import { http } from "../../../host-server/providers/tts/http.ts";
import { openai } from "../../../host-server/providers/tts/openai.ts";

test("the reference's FunASR server is one of ours", () => {
  assert.deepEqual(funServer({ type: "fun_server", host: "10.0.0.5", port: 10096, is_ssl: false, api_key: "none" }), {
    url: "ws://10.0.0.5:10096",
    mode: "offline",
  });
  assert.equal(funasr.settings.parse(funServer({})).verify_certificate, false);
});

test("its voices behind web requests are ours, and all that is made is accepted", () => {
  const get = customVoice({ url: "http://a.test/tts", params: { text: "{prompt_text}", speed: 1 }, headers: { n: 1 } });
  assert.deepEqual(get, {
    url: "http://a.test/tts",
    method: "GET",
    headers: { n: "1" },
    params: { text: "{text}", speed: 1 },
  });
  const post = customVoice({ url: "http://a.test/tts", method: "post", params: { t: "{prompt_text}" } });
  assert.deepEqual(post, { url: "http://a.test/tts", method: "POST", body: { t: "{text}" } });
  const soVitsVoice = soVits({
    type: "gpt_sovits_v2",
    url: "http://a.test/tts",
    text_lang: "auto",
    output_dir: "tmp/",
  });
  assert.deepEqual(soVitsVoice["body"], { text_lang: "auto", text: "{text}" });
  for (const settings of [get, post, soVitsVoice]) http.settings.parse(settings);
  openai.settings.parse(siliconFlow({ model: "m", voice: "v", access_token: "k", type: "siliconflow" }));
});
