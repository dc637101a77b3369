import {
  asrChanges,
  builtInChanges,
  type Change,
  type Chosen,
  languageChanges,
  llmChanges,
  modelChanges,
  ollamaChanges,
  ttsChanges,
  wyomingChanges,
} from "./changes.ts";
import { LANGUAGES, type Language } from "./languages.ts";
import { type LocalModels, type LocalSpeech, localSpeech, sizeToFetch } from "./local-models.ts";
import { type Found, probe } from "./probe.ts";
import type { Choice, Questions } from "./questions.ts";
import { SERVICES, type Service } from "./services.ts";

/** What somebody has chosen. */
export interface Plan {
  readonly language: Language;
  readonly changes: readonly Change[];
}

const NO_MODELS: LocalModels = { isInstalled: () => false, add: async () => {} };
const OLLAMA = "http://127.0.0.1:11434/v1";
const WYOMING_ASR = "tcp://homeassistant.local:10300";
const WYOMING_TTS = "tcp://homeassistant.local:10200";

/** Asks what is at hand, checks each answer with the server that it names, and fetches models that are chosen. @throws SetupError */
export async function askForPlan(ask: Questions, models: LocalModels = NO_MODELS): Promise<Plan> {
  const language = await askForLanguage(ask);
  const { texts } = language;
  const have = await ask.choose({ option: "have", message: texts.have }, [
    { value: "key", label: texts.haveKey },
    { value: "ollama", label: texts.haveOllama },
    { value: "wyoming", label: texts.haveWyoming },
    { value: "nothing", label: texts.haveNothing },
  ]);
  const parts = await new Dialogue(ask, language, models).partsFor(have);
  return { language, changes: [...languageChanges(language), ...parts] };
}

async function askForLanguage(ask: Questions): Promise<Language> {
  const choices = LANGUAGES.map(({ code, name }) => ({ value: code, label: name }));
  const code = await ask.choose({ option: "language", message: "语言 · Language · 言語 · Sprache" }, choices);
  return LANGUAGES.find((language) => language.code === code) as Language;
}

/** The questions that follow the language. */
class Dialogue {
  readonly #ask: Questions;
  readonly #language: Language;
  readonly #models: LocalModels;
  /** Who could hear and speak on this computer. */
  readonly #local: LocalSpeech | undefined;

  constructor(ask: Questions, language: Language, models: LocalModels) {
    this.#ask = ask;
    this.#language = language;
    this.#models = models;
    this.#local = localSpeech(language.code, models);
  }

  async partsFor(have: string): Promise<Change[]> {
    if (have === "nothing") return [...builtInChanges("llm"), ...(await this.#ownSpeech())];
    if (have === "ollama") return [...(await this.#ollama()), ...(await this.#speech())];
    if (have === "wyoming") return [...builtInChanges("llm"), ...(await this.#wyoming())];
    const { chosen, found } = await this.#server("llm");
    const model = await this.#model(chosen.service, found);
    return [...llmChanges(chosen, model), ...(await this.#speech(chosen))];
  }

  /** A service with its key, asked for until the service takes it. */
  async #server(option: "llm" | "speech", services = SERVICES): Promise<{ chosen: Chosen; found: Found }> {
    const { texts } = this.#language;
    const message = option === "llm" ? texts.service : texts.speech;
    const name = await this.#ask.choose({ option, message }, this.#serviceChoices(services));
    return this.#credentials(option, serviceOf(name));
  }

  async #credentials(option: "llm" | "speech", service: Service): Promise<{ chosen: Chosen; found: Found }> {
    const { texts } = this.#language;
    const prefix = option === "llm" ? "" : "speech-";
    for (;;) {
      const address = service.baseUrl ?? (await this.#ask.text({ option: `${prefix}url`, message: texts.address }, ""));
      const where = service.keysAt === undefined ? "" : ` – ${service.keysAt}`;
      const key = await this.#ask.secret({ option: `${prefix}key`, message: `${texts.key}${where}` });
      const found = await probe(address, key);
      if (found.problem === undefined) return { chosen: { service, baseUrl: found.baseUrl, key }, found };
      this.#ask.wrong(found.problem);
    }
  }

  async #model(service: Service, { models }: Found): Promise<string> {
    const usual = service.model;
    const isThere = usual !== undefined && (models.length === 0 || models.includes(usual));
    const question = { option: "model", message: this.#language.texts.model };
    if (models.length === 0 || isThere) return usual ?? (await this.#named(question));
    const first = models.filter((model) => !/embed|rerank|whisper|tts|image|vision-only/i.test(model));
    const choices = [...first, ...models.filter((model) => !first.includes(model))].map(asChoice);
    return this.#ask.choose(question, choices);
  }

  async #named(question: { option: string; message: string }): Promise<string> {
    for (;;) {
      const model = await this.#ask.text(question, "");
      if (model !== "") return model;
      this.#ask.wrong(`--${question.option}: ?`);
    }
  }

  async #ollama(): Promise<Change[]> {
    const { texts } = this.#language;
    for (;;) {
      const address = await this.#ask.text({ option: "url", message: texts.address }, OLLAMA);
      const { baseUrl, models, problem } = await probe(address, "");
      if (problem === undefined && models.length > 0) {
        const model = await this.#ask.choose({ option: "model", message: texts.model }, models.map(asChoice));
        return ollamaChanges(baseUrl, model);
      }
      this.#ask.wrong(problem ?? `${baseUrl}: no model is there yet; ollama pull qwen3:4b`);
    }
  }

  async #wyoming(): Promise<Change[]> {
    const { texts } = this.#language;
    const asr = await this.#ask.text({ option: "asr-uri", message: texts.asrUri }, WYOMING_ASR);
    const tts = await this.#ask.text({ option: "tts-uri", message: texts.ttsUri }, WYOMING_TTS);
    return [...wyomingChanges("asr", asr, this.#language), ...wyomingChanges("tts", tts, this.#language)];
  }

  /** Who listens and speaks, where the model's service may do it, too. */
  async #speech(model?: Chosen): Promise<Change[]> {
    const { texts } = this.#language;
    const canAll = model?.service.asr !== undefined && model.service.tts !== undefined;
    const services = SERVICES.filter(({ asr, tts, name }) => asr && tts && name !== model?.service.name);
    const own = this.#ownChoices();
    const isThere = this.#local !== undefined && sizeToFetch(this.#local, this.#models) === undefined;
    const choice = await this.#ask.choose({ option: "speech", message: texts.speech }, [
      ...(canAll ? [{ value: "same", label: texts.speechSame }] : []),
      ...(isThere ? own : []),
      ...this.#serviceChoices(services),
      { value: "wyoming", label: texts.haveWyoming },
      ...(isThere ? [] : own),
      { value: "built-in", label: texts.speechBuiltIn },
    ]);
    if (choice === "built-in") return builtInChanges("asr", "tts");
    if (choice === "models") return (await this.#fetched()) ?? this.#speech(model);
    if (choice === "wyoming") return this.#wyoming();
    const chosen = model && choice === "same" ? model : (await this.#credentials("speech", serviceOf(choice))).chosen;
    return [...asrChanges(chosen, this.#language), ...ttsChanges(chosen)];
  }

  /** Who listens and speaks without a service: whoever is English has it built in. */
  async #ownSpeech(): Promise<Change[]> {
    const { texts, code } = this.#language;
    const own = this.#ownChoices();
    if (own.length === 0 || code === "en") return builtInChanges("asr", "tts");
    const builtIn = { value: "built-in", label: texts.speechBuiltIn };
    const isThere = this.#local !== undefined && sizeToFetch(this.#local, this.#models) === undefined;
    const choices = isThere ? [...own, builtIn] : [builtIn, ...own];
    const choice = await this.#ask.choose({ option: "speech", message: texts.speech }, choices);
    if (choice === "built-in") return builtInChanges("asr", "tts");
    return (await this.#fetched()) ?? this.#ownSpeech();
  }

  #ownChoices(): Choice[] {
    if (!this.#local) return [];
    const size = sizeToFetch(this.#local, this.#models);
    const { speechModels } = this.#language.texts;
    // What is there needs no word of a download, which stands in brackets.
    const label = size === undefined ? speechModels.replace(/ ?[(（].*$/, "") : speechModels.replace("{size}", size);
    return [{ value: "models", label, hint: `${this.#local.asr.name}, ${this.#local.tts.name}` }];
  }

  /** Has the models fetched; undefined when that went wrong. */
  async #fetched(): Promise<Change[] | undefined> {
    const { asr, tts } = this.#local as LocalSpeech;
    try {
      for (const { name } of [asr, tts]) if (!this.#models.isInstalled(name)) await this.#models.add(name);
    } catch (error) {
      this.#ask.wrong((error as Error).message);
      return undefined;
    }
    return [...modelChanges("asr", asr.name), ...modelChanges("tts", tts.name)];
  }

  #serviceChoices(services: readonly Service[]): Choice[] {
    return services.map(({ name, title, asr, tts }) => ({
      value: name,
      label: title || this.#language.texts.other,
      ...(asr && tts && title !== "" && { hint: "LLM + ASR + TTS" }),
    }));
  }
}

function serviceOf(name: string): Service {
  return SERVICES.find((service) => service.name === name) as Service;
}

function asChoice(name: string): Choice {
  return { value: name, label: name };
}
