import { shown } from "../../protocol/errors.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import { ConfigError } from "../errors.ts";
import { openChosenSettings } from "./chosen-settings.ts";
import { describeIssue } from "./issues.ts";
import { type Config, configSchema, type ProviderTable, STAGE_NAMES } from "./schema.ts";
import { type StoredModel, withModel } from "./stored-config.ts";
import { mapAt, merged } from "./tree.ts";

/** Keys that are the whole server's, or one device's. */
const SERVER_KEYS: readonly string[] = [
  "agents",
  "console",
  "database",
  "devices",
  "enable_websocket_ping",
  "gateway",
  "home_assistant",
  "limits",
  "log",
  "mcp_endpoint",
  "mcp_endpoint_server",
  "server",
  "tts_audio_send_delay",
  "vllm",
];

/** Keys that, beside `models`, only agents have: what they stand for lies deeper in the configuration. */
const TEXT_KEYS = ["language", "voice"] as const;

/** Finds a model of the database by its id. */
export type FindModel = (id: string) => StoredModel | undefined;

/** Checks the settings of agents, and makes the configuration that each means. */
export class AgentConfigs {
  readonly #providers: ProviderTable;
  readonly #schema: ReturnType<typeof configSchema>;
  readonly #keys: readonly string[];
  readonly #findModel: FindModel | undefined;

  /** @param findModel for agents that name models of the database; without it they may name any, and have the server's */
  constructor(providers: ProviderTable, findModel?: FindModel) {
    this.#providers = providers;
    this.#findModel = findModel;
    const schema = configSchema(providers);
    const shared = Object.fromEntries(SERVER_KEYS.map((key) => [key, true as const]));
    this.#schema = schema.omit(shared as never);
    this.#keys = Object.keys(this.#schema.shape);
  }

  /**
   * The configuration of an agent: the server's, with what the agent's settings say in its place. Maps are merged, so that
   * a voice alone may differ; lists are replaced.
   *
   * @param name of the agent, for errors
   * @throws ConfigError `config-invalid`, naming everything that is wrong
   */
  of(config: Config, name: string, settings: JsonObject): Config {
    const { language, voice, models = {}, ...own } = settings;
    const chosen = this.#modelsOf(models);
    const wrong = [...this.#unknownKeys(own), ...textKeys({ language, voice }), ...chosen.wrong];
    const base: JsonObject = Object.fromEntries(Object.entries(config).filter(([key]) => this.#keys.includes(key)));
    const known = Object.fromEntries(Object.entries(own).filter(([key]) => this.#keys.includes(key)));
    for (const model of chosen.models) base[model.stage] = withModel(mapAt(base, [model.stage]) ?? {}, model);
    const tree = structuredClone(merged(base, known));
    for (const stage of STAGE_NAMES) openChosenSettings(tree, stage, this.#providers);
    if (typeof language === "string") this.#speak(tree, own, language);
    if (typeof voice === "string" && !this.#set(tree, "tts", "voice", voice)) {
      wrong.push(`voice: the chosen tts has no voices, got ${shown(voice)}`);
    }
    const parsed = this.#schema.safeParse(tree);
    if (!parsed.success) {
      const issues = parsed.error.issues.flatMap((issue) => describeIssue(issue, tree, new Map(), `agent ${name}`));
      wrong.push(...issues);
    }
    if (wrong.length > 0 || !parsed.success) {
      throw new ConfigError("config-invalid", wrong.map((line) => `config-invalid: agents.${name}.${line}`).join("\n"));
    }
    return { ...config, ...parsed.data } as Config;
  }

  #unknownKeys(own: JsonObject): string[] {
    return Object.keys(own).flatMap((key) => {
      if (SERVER_KEYS.includes(key)) return [`${key}: this key is the whole server's`];
      return this.#keys.includes(key) ? [] : [`${key}: unknown key`];
    });
  }

  /** The models that an agent names, by stage: `{ llm: "id" }`. */
  #modelsOf(given: unknown): { readonly models: readonly StoredModel[]; readonly wrong: readonly string[] } {
    if (!isObject(given)) return { models: [], wrong: [`models: expected ids by stage, got ${shown(given)}`] };
    const models: StoredModel[] = [];
    const wrong: string[] = [];
    for (const [stage, id] of Object.entries(given)) {
      if (!(STAGE_NAMES as readonly string[]).includes(stage) || typeof id !== "string") {
        wrong.push(`models.${stage}: expected an id for one of ${STAGE_NAMES.join(", ")}, got ${shown(id)}`);
        continue;
      }
      if (!this.#findModel) continue;
      const model = this.#findModel(id);
      if (model?.stage === stage && model.isEnabled) models.push(model);
      else wrong.push(`models.${stage}: ${model ? reasonAgainst(model, stage) : `there is no model ${shown(id)}`}`);
    }
    return { models, wrong };
  }

  /** Tells recogniser and voice the language, unless the agent has told them one, and the model. */
  #speak(tree: JsonObject, own: JsonObject, language: string): void {
    for (const stage of ["asr", "tts"] as const) {
      const chosen = [mapAt(tree, [stage])?.["use"]].flat().map(String);
      const isSaid = chosen.some((use) => mapAt(own, [stage, use])?.["language"] !== undefined);
      if (!isSaid) this.#set(tree, stage, "language", language);
    }
    tree["prompt"] = `${String(tree["prompt"])}\nSpeak ${languageName(language)}.`;
  }

  /** Sets a key in the settings of a stage's chosen providers that have it; gives whether one has. */
  #set(tree: JsonObject, stage: "asr" | "tts", key: string, value: string): boolean {
    const chosen = [mapAt(tree, [stage])?.["use"] ?? this.#providers[stage][0]?.name].flat();
    const able = this.#providers[stage].filter(({ name, settings }) => chosen.includes(name) && key in settings.shape);
    for (const { name } of able) {
      const block = mapAt(tree, [stage, name]);
      if (block) block[key] = value;
    }
    return able.length > 0;
  }
}

function reasonAgainst({ name, stage }: StoredModel, wanted: string): string {
  return stage === wanted ? `model "${name}" is switched off` : `model "${name}" is one for ${stage}`;
}

function textKeys(own: { readonly [key in (typeof TEXT_KEYS)[number]]: unknown }): string[] {
  return TEXT_KEYS.flatMap((key) => {
    const value = own[key];
    return value === undefined || typeof value === "string" ? [] : [`${key}: expected string, got ${shown(value)}`];
  });
}

/** `ja` is Japanese; what is no code is taken for a name. */
function languageName(language: string): string {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(language) ?? language;
  } catch {
    return language;
  }
}
