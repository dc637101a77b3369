import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "../../../host-server/clock.ts";
import { translateModels } from "../../../host-server/config/reference-models.ts";
import {
  cozeVoice,
  customVoice,
  funServer,
  indexVoice,
  siliconFlow,
  soVits,
} from "../../../host-server/config/reference-voices.ts";
import { funasr } from "../../../host-server/providers/asr/funasr.ts";
import { loadProviderFiles } from "../../../host-server/providers/files/provider-files.ts";
import { providers } from "../../../host-server/providers/registry.ts";
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

test("voices that give sound for a request need no recipe", () => {
  const coze = http.settings.parse(cozeVoice({ access_token: "t", voice: "7", model: "m" }));
  assert.deepEqual(
    [coze.url, coze.headers, coze.body],
    [
      "https://api.coze.cn/v1/audio/speech",
      { Authorization: "Bearer t" },
      { model: "m", input: "{text}", voice_id: "7", response_format: "wav" },
    ],
  );
  const index = http.settings.parse(indexVoice({ api_url: "http://a.test/tts", voice: "jay" }));
  assert.deepEqual(index.body, { text: "{text}", character: "jay" });
});

test("what a recipe brings is translated where the recipe lies, and named where it does not", async () => {
  const recipes = join(import.meta.dirname, "../../../docs/recipes");
  const { registry } = await loadProviderFiles(recipes, providers, systemClock);
  const blocks: readonly [stage: "TTS" | "ASR", name: string, block: object, use: string][] = [
    ["TTS", "EdgeTTS", { type: "edge", voice: "zh-CN-XiaoxiaoNeural", rate: "-5", pitch: 2 }, "edge"],
    ["TTS", "Doubao", { type: "doubao", appid: 7, access_token: "t", voice: "BV001", speed_ratio: "1.2" }, "doubao"],
    ["TTS", "AliBL", { type: "alibl_stream", api_key: "k", voice: "v", volume: "50" }, "aliyun"],
    ["ASR", "DoubaoStream", { type: "doubao_stream", appid: "7", access_token: "t" }, "doubao"],
    ["ASR", "AliBL", { type: "aliyunbl_stream", api_key: "k", model: "" }, "aliyun"],
  ];
  for (const [stage, name, block, use] of blocks) {
    const given = () => ({ selected_module: { [stage]: name }, [stage]: { [name]: block } });
    const [problem] = translateModels(given());
    assert.match(problem ?? "", new RegExp(`with docs/recipes/${use}\\.ts in data/providers it would be used`));
    const tree: Record<string, unknown> = given();
    assert.deepEqual(
      translateModels(tree as never, () => true),
      [],
    );
    const own = tree[stage.toLowerCase()] as Record<string, object>;
    assert.equal(own["use"] as unknown, use);
    const list = registry[stage.toLowerCase() as "asr" | "tts"];
    const provider = list.find((candidate) => candidate.name === use);
    assert.ok(provider?.settings.safeParse(own[use]).success, `${stage} ${name}: ${JSON.stringify(own[use])}`);
  }
});
