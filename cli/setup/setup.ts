import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { intro, log, note, outro, spinner } from "@clack/prompts";
import { writeWav } from "../../host-server/audio/wav.ts";
import { systemClock } from "../../host-server/clock.ts";
import { type Configuration, readConfiguration } from "../../host-server/server/read-configuration.ts";
import { addModel, bringEngine } from "../models/add.ts";
import { findModel } from "../models/catalogue.ts";
import { hasSherpa } from "../models/engine.ts";
import { ModelStore } from "../models/store.ts";
import { ROOT } from "../process.ts";
import { ConfigFile } from "./config-file.ts";
import { askForPlan, type Plan } from "./dialogue.ts";
import { SetupError } from "./errors.ts";
import type { LocalModels } from "./local-models.ts";
import { play } from "./player.ts";
import { noQuestions, OptionAnswers, type Questions, terminalQuestions } from "./questions.ts";
import { describeResults } from "./report.ts";
import { SERVICES } from "./services.ts";
import { type Trial, tryStages } from "./trial.ts";

const HELP = `Usage: xiaozhi setup [options]

Asks for a language and for what is at hand, has the assistant speak, hear and answer, and writes the configuration.
Every question may be answered by an option; with --yes nothing is asked.

  --language CODE    zh, en, ja or de
  --have WHAT        key, ollama, wyoming or nothing
  --llm SERVICE      ${SERVICES.map(({ name }) => name).join(", ")}
  --key KEY          of that service; or XIAOZHI_SETUP_KEY, which other users of this computer do not see
  --url URL          of another service, or of Ollama
  --model NAME       of the language model
  --speech WHO       who listens and speaks: same, a service, models (of this computer), wyoming or built-in
  --speech-key KEY, --speech-url URL                       of that service; or XIAOZHI_SETUP_SPEECH_KEY
  --asr-uri URI, --tts-uri URI                             of Wyoming servers: tcp://homeassistant.local:10300
  --yes              asks nothing; what failed is not written
  --no-test          writes without trying
  --undo             brings back the configuration as it was before the last set-up
  --config FILE      configuration  [data/.config.yaml]
  --help             show this
`;

const OPTIONS = {
  language: { type: "string" },
  have: { type: "string" },
  llm: { type: "string" },
  key: { type: "string" },
  url: { type: "string" },
  model: { type: "string" },
  speech: { type: "string" },
  "speech-key": { type: "string" },
  "speech-url": { type: "string" },
  "asr-uri": { type: "string" },
  "tts-uri": { type: "string" },
  yes: { type: "boolean", default: false },
  "no-test": { type: "boolean", default: false },
  undo: { type: "boolean", default: false },
  config: { type: "string", default: "data/.config.yaml" },
  help: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parse>;

function parse(args: string[]) {
  return parseArgs({ args, options: OPTIONS }).values;
}

/** `xiaozhi setup` */
export async function run(args: string[]): Promise<number> {
  const values = parse(args);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const file = new ConfigFile(values.config);
  if (values.undo) {
    file.undo();
    console.log(`${values.config} is as it was before.`);
    return 0;
  }
  if (!values.yes && !process.stdin.isTTY) {
    console.error("xiaozhi setup: there is no terminal to ask at; give the answers as options, and --yes (see --help)");
    return 2;
  }
  try {
    return await setUp(file, values);
  } finally {
    file.drop();
  }
}

async function setUp(file: ConfigFile, values: Values): Promise<number> {
  intro("XiaoZhi XS");
  let ask = questionsFor(values);
  for (;;) {
    const plan = await askForPlan(ask, localModels(dirname(values.config)));
    file.writeDraft(plan.changes);
    const draft = await draftOf(file);
    const isGood = values["no-test"] || (await isTried(draft, plan, file));
    if (isGood || (await keepsAnyway(ask, plan, values))) {
      file.accept();
      finish(plan, values.config);
      return isGood ? 0 : 1;
    }
    // What the options said has just failed.
    ask = terminalQuestions;
  }
}

/** The models of this installation. */
function localModels(dataFolder: string): LocalModels {
  const store = new ModelStore(join(dataFolder, "models"));
  return {
    isInstalled: (name) => store.find(name) !== undefined && hasSherpa(ROOT, dataFolder),
    add: async (name) => {
      if (store.find(name) === undefined) await addModel(name, store);
      await bringEngine(findModel(name), dataFolder);
    },
  };
}

function questionsFor(values: Values): Questions {
  const { XIAOZHI_SETUP_KEY: key, XIAOZHI_SETUP_SPEECH_KEY: speechKey } = process.env;
  const have = values.have ?? (values.llm === "ollama" ? "ollama" : values.llm === undefined ? undefined : "key");
  const options = { key, "speech-key": speechKey, ...given(values), have };
  return new OptionAnswers(options, values.yes ? noQuestions : terminalQuestions);
}

/** The options that are texts, as far as they are given. */
function given(values: Values): { readonly [option: string]: string } {
  const texts = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts);
}

/** @throws ConfigError when the file had something else that is wrong */
async function draftOf(file: ConfigFile): Promise<Configuration> {
  const draft = await readConfiguration(file.draft);
  for (const warning of draft.warnings) log.warn(warning);
  return draft;
}

/** Tries what was chosen, shows how it did, and gives whether all of it works. */
async function isTried({ config, registry }: Configuration, plan: Plan, file: ConfigFile): Promise<boolean> {
  // Without a terminal a spinner is a heap of control characters.
  const busy = process.stdout.isTTY ? spinner() : { start: log.step, stop: () => {} };
  busy.start(plan.language.texts.testing);
  const quiet = { info: () => {}, warn: () => {} };
  const trial = await tryStages(config, plan.language, {
    clock: systemClock,
    log: quiet,
    registry,
    dataDirectory: dirname(file.path),
  });
  busy.stop(plan.language.texts.testing);
  note(describeResults(trial.results, plan.language, keysOf(plan)), "XiaoZhi");
  if (trial.speech) await sound(trial.speech, plan, file);
  return trial.results.every(({ isGood }) => isGood);
}

function keysOf({ changes }: Plan): string[] {
  return changes.flatMap(({ path, value }) => (path.at(-1) === "api_key" ? [String(value)] : []));
}

async function sound({ pcm, sampleRate }: NonNullable<Trial["speech"]>, plan: Plan, file: ConfigFile): Promise<void> {
  const path = join(dirname(file.path), "setup.wav");
  writeFileSync(path, writeWav({ pcm, sampleRate, channels: 1 }));
  log.info(`${plan.language.texts.soundFile}: ${path}`);
  if (process.stdout.isTTY) await play(path);
}

async function keepsAnyway(ask: Questions, { language }: Plan, { yes }: Values): Promise<boolean> {
  if (yes) throw new SetupError("setup-failed", "setup-failed: nothing was written; --no-test writes without trying");
  const { texts } = language;
  const choices = [
    { value: "again", label: texts.again },
    { value: "keep", label: texts.keep },
  ];
  return (await ask.choose({ option: "failed", message: texts.failed }, choices)) === "keep";
}

function finish({ language, changes }: Plan, path: string): void {
  const { texts, code } = language;
  const hasSpeech = changes.some(
    ({ path: [stage, key], value }) => stage === "asr" && key === "use" && value !== undefined,
  );
  if (!hasSpeech && code !== "en") log.warn(texts.english);
  const lines = [`${texts.written}: ${path}`, `${texts.undo}: xiaozhi setup --undo`, `${texts.start}: npm start`];
  outro(lines.join("\n   "));
}
