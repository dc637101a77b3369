import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change } from "../../../cli/setup/changes.ts";
import { askForPlan } from "../../../cli/setup/dialogue.ts";
import { LANGUAGES } from "../../../cli/setup/languages.ts";
import type { LocalModels } from "../../../cli/setup/local-models.ts";
import { noQuestions, OptionAnswers, type Questions } from "../../../cli/setup/questions.ts";
import { SERVICES } from "../../../cli/setup/services.ts";
import { providers } from "../../../host-server/providers/registry.ts";
import { startFakeApi } from "../../host-server/fakes/openai-server.ts";
import { KEY, startVoiceService } from "./voice-service.ts";

/** Somebody who gives these answers, one after the other, and hears what was wrong. */
function somebody(answers: readonly string[]): Questions & { readonly problems: string[]; readonly asked: string[] } {
  const rest = [...answers];
  const [problems, asked]: [string[], string[]] = [[], []];
  const next = async ({ option }: { option: string }) => {
    asked.push(option);
    return rest.shift() ?? assert.fail(`--${option} is asked for, and there is no answer left`);
  };
  return { problems, asked, choose: next, text: next, secret: next, wrong: (problem) => problems.push(problem) };
}

function treeOf(changes: readonly Change[]): Record<string, unknown> {
  return Object.fromEntries(changes.map(({ path, value }) => [path.join("."), value]));
}

test("a key for a service that does everything makes it think, hear and speak in the language", async (t) => {
  const { url } = await startVoiceService(t);
  const ask = somebody(["zh", "key", "other", url, KEY, "qwen-plus", "same"]);
  const { language, changes } = await askForPlan(ask);
  const tree = treeOf(changes);
  assert.equal(language.code, "zh");
  assert.match(String(tree["prompt"]), /你是小智/);
  assert.equal(tree["llm.use"], "openai");
  assert.equal(tree["llm.openai.model"], "qwen-plus");
  assert.equal(tree["asr.openai.language"], "zh");
  assert.equal(tree["tts.openai.base_url"], url);
  assert.deepEqual(ask.problems, []);
});

test("a wrong address, no network and a wrong key are named without the key, and asked for again", async (t) => {
  const { url } = await startVoiceService(t);
  const wrong = "sk-wrong-key-123456";
  const answers = ["de", "key", "other", "voice server", wrong, "http://127.0.0.1:1/v1", wrong, url, wrong];
  const ask = somebody([...answers, url.replace("/v1", ""), KEY, "qwen-plus", "built-in"]);
  const { changes } = await askForPlan(ask);
  const [address, network, key] = ask.problems;
  assert.match(address ?? "", /voice server is no address/);
  assert.match(network ?? "", /cannot be reached \(ECONNREFUSED\)/);
  assert.match(key ?? "", /refused the key: 401 Incorrect API key provided: …/);
  assert.doesNotMatch(ask.problems.join(), /sk-wrong/);
  const tree = treeOf(changes);
  assert.equal(tree["llm.openai.base_url"], url, "the /v1 that was left out is found");
  assert.equal(tree["tts.use"], undefined);
});

test("Ollama without a model says how one is got; its models are chosen from", async (t) => {
  const models: string[] = [];
  const ollama = await startFakeApi((response) => response.end(JSON.stringify({ data: models.map((id) => ({ id })) })));
  t.after(() => ollama.close());
  const ask = somebody(["en", "ollama", ollama.url, ollama.url, "qwen3:4b", "wyoming", "tcp://a:1", "tcp://a:2"]);
  const wrong = ask.wrong;
  ask.wrong = (problem) => {
    models.push("qwen3:4b");
    wrong(problem);
  };
  const tree = treeOf((await askForPlan(ask)).changes);
  assert.match(ask.problems[0] ?? "", /ollama pull/);
  assert.equal(tree["llm.use"], "ollama");
  assert.equal(tree["asr.wyoming.uri"], "tcp://a:1");
  assert.equal(tree["tts.wyoming.uri"], "tcp://a:2");
});

test("with nothing at hand the built-in speech stays, and another language's words go", async () => {
  const { changes } = await askForPlan(somebody(["en", "nothing"]));
  const tree = treeOf(changes);
  assert.deepEqual(new Set(Object.values(tree)), new Set([undefined]));
  assert.ok("prompt" in tree && "asr.use" in tree);
});

/** Models of a computer that has these; fetching fails so often first. */
function computerWith(installed: string[], failures = 0): LocalModels {
  let left = failures;
  return {
    isInstalled: (name) => installed.includes(name),
    add: async (name) => {
      if (left-- > 0) throw new Error(`${name}: disk full`);
      installed.push(name);
    },
  };
}

test("models of this computer hear and speak, once they are fetched", async () => {
  const installed: string[] = [];
  const ask = somebody(["zh", "nothing", "models", "models"]);
  const { changes } = await askForPlan(ask, computerWith(installed, 1));
  assert.deepEqual(ask.problems, ["sensevoice: disk full"]);
  assert.deepEqual(installed, ["sensevoice", "melo-zh-en"]);
  const tree = treeOf(changes);
  assert.deepEqual(
    [tree["asr.use"], tree["asr.sherpa.model"], tree["tts.use"], tree["tts.sherpa.model"], tree["llm.use"]],
    [["sherpa", "soundswallower"], "sensevoice", ["sherpa", "flite"], "melo-zh-en", undefined],
  );
});

test("models that are there come first, and are not fetched without a word", async () => {
  const options = { language: "zh", have: "nothing" };
  const installed = ["sensevoice", "matcha-zh-en"];
  const speechOf = async (models: string[]) =>
    treeOf((await askForPlan(new OptionAnswers(options, noQuestions), computerWith(models))).changes)[
      "tts.sherpa.model"
    ];
  assert.equal(await speechOf(installed), "matcha-zh-en");
  assert.equal(await speechOf(["sensevoice"]), undefined, "a download is for whoever asks for it");
  const labels: string[] = [];
  const looking: Questions = {
    ...somebody(["de", "nothing"]),
    choose: async ({ option }, choices) => {
      labels.push(...choices.map(({ label }) => label));
      return { language: "zh", have: "nothing", speech: "built-in" }[option] as string;
    },
  };
  await askForPlan(looking, computerWith([]));
  assert.match(labels.at(-1) ?? "", /^本机的模型（下载 333 MB）$/);
  await askForPlan(looking, computerWith(["sensevoice", "melo-zh-en"]));
  assert.ok(labels.includes("本机的模型"));
});

test("options answer once; without anybody to ask, what is missing or wrong ends it", async (t) => {
  const { url } = await startVoiceService(t);
  const options = { language: "zh", have: "key", llm: "other", url, key: KEY, model: "qwen-plus" };
  const plan = await askForPlan(new OptionAnswers(options, noQuestions));
  assert.equal(treeOf(plan.changes)["tts.use"], "openai");
  const without = (more: object) => askForPlan(new OptionAnswers({ ...options, ...more }, noQuestions));
  await assert.rejects(without({ key: undefined }), { code: "setup-incomplete", message: /--key is missing/ });
  await assert.rejects(without({ key: "sk-wrong-key" }), { code: "setup-refused", message: /refused the key/ });
  await assert.rejects(without({ language: "fr" }), {
    code: "setup-option",
    message: /one of zh, en, ja, de, got "fr"/,
  });
});

test("what the services and languages name is there", () => {
  for (const { llm, name } of SERVICES)
    assert.ok(
      providers.llm.some((provider) => provider.name === llm),
      name,
    );
  const [english, ...others] = LANGUAGES.map(({ texts }) => Object.keys(texts).sort()).toSorted();
  for (const texts of others) assert.deepEqual(texts, english);
  for (const { keys, code } of LANGUAGES) assert.equal(Object.keys(keys).length > 0, code !== "en", code);
});
