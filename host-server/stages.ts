import { providersInUse } from "./config/models-in-use.ts";
import type { Config, StageConfig, StageName } from "./config/schema.ts";
import { ConfigError } from "./errors.ts";
import { outlookOf } from "./intent/grammar.ts";
import type { Outlook } from "./intent/outlook.ts";
import type { Asr } from "./providers/asr.ts";
import { AsrChain } from "./providers/chain/asr-chain.ts";
import type { ChainOptions } from "./providers/chain/chain.ts";
import { LlmChain } from "./providers/chain/llm-chain.ts";
import { ProviderHealth } from "./providers/chain/provider-health.ts";
import { TtsChain } from "./providers/chain/tts-chain.ts";
import { VadChain } from "./providers/chain/vad-chain.ts";
import type { Llm, ToolSpec } from "./providers/llm.ts";
import type { Provider, ProviderContext } from "./providers/provider.ts";
import { providers, type Registry } from "./providers/registry.ts";
import type { Tts } from "./providers/tts.ts";
import { SmartTurn, smartTurnFile } from "./providers/turn-end/smart-turn.ts";
import type { TurnEnd } from "./providers/turn-end.ts";
import type { Vad } from "./providers/vad.ts";
import type { Vllm } from "./providers/vllm.ts";
import { createVoiceprint, knowsVoices } from "./providers/voiceprint/create.ts";
import type { Voiceprint } from "./providers/voiceprint.ts";

/** What fills the stages of every turn. */
export interface Stages {
  readonly vad: Vad;
  readonly asr: Asr;
  readonly llm: Llm;
  readonly tts: Tts;
  /** What may follow words that are being spoken: decides how much silence ends the utterance. */
  readonly outlookOf: (text: string, tools: readonly ToolSpec[]) => Outlook;
  /** The model with eyes, where there is one. */
  readonly vllm?: Vllm | undefined;
  /** Who knows people by their voices, where somebody does. */
  readonly voiceprint?: Voiceprint | undefined;
  /** Who tells by the sound that somebody has finished, where a model for that is installed. */
  readonly turnEnd?: TurnEnd | undefined;
  /** How the providers are of those stages that have several. */
  readonly health?: readonly ProviderHealth[];
}

/** Loads what the stages need. */
export async function warmUpStages({ vad, asr, llm, tts, voiceprint, turnEnd }: Stages): Promise<void> {
  await Promise.all([vad, asr, llm, tts, voiceprint, turnEnd].map((stage) => stage?.warmUp?.()));
}

/** Frees what the stages hold. */
export async function closeStages({ vad, asr, llm, tts, vllm, voiceprint, turnEnd }: Stages): Promise<void> {
  await Promise.all([vad, asr, llm, tts, vllm, voiceprint, turnEnd].map((stage) => stage?.close()));
}

/** Seconds that one provider of several may take before the next is asked. */
const PATIENCE: Readonly<Record<StageName, number>> = { vad: 0.5, asr: 4, llm: 6, tts: 4 };

/** What stages are made with. */
export interface StagesContext extends ProviderContext {
  /** The providers that the configuration may name; the server's own unless given. */
  readonly registry?: Registry;
}

/** Gives the stage of this name and these settings, made now unless there is one already. */
export type ShareStage = <Stage extends { close(): Promise<void> }>(
  name: string,
  settings: string,
  make: () => Stage,
) => Stage;

/**
 * The stages that the configuration names.
 *
 * @param share stages with the same settings may be the same
 */
export function createStages(
  config: Config,
  context: StagesContext,
  share: ShareStage = (_name, _settings, make) => make(),
): Stages {
  const { registry = providers } = context;
  const health: ProviderHealth[] = [];
  const stage = <Stage extends { close(): Promise<void> }>(
    name: StageName,
    candidates: readonly Creator<Stage>[],
    join: (options: ChainOptions<Stage>) => Stage,
  ): Stage => {
    const settings = config[name];
    const make = () => {
      const members = providersInUse(settings).map((provider) => ({
        stage: create(name, candidates, provider, { settings, context }),
        health: new ProviderHealth({ stage: name, name: provider, ...context }),
      }));
      if (members.length === 1) return (members[0] as (typeof members)[number]).stage;
      health.push(...members.map((member) => member.health));
      const patienceMs = (settings.fallback_after ?? PATIENCE[name]) * 1000;
      return join({ name, members, clock: context.clock, patienceMs });
    };
    return share(name, JSON.stringify(settings), make);
  };
  return {
    vad: stage("vad", registry.vad, (options) => new VadChain(options)),
    asr: stage("asr", registry.asr, (options) => new AsrChain(options)),
    llm: stage("llm", registry.llm, (options) => new LlmChain(options)),
    tts: stage("tts", registry.tts, (options) => new TtsChain(options)),
    vllm: createExtra("vllm", registry.vllm, { settings: config.vllm, context }, share),
    voiceprint: knowsVoices(config.voiceprint)
      ? share("voiceprint", JSON.stringify(config.voiceprint), () => createVoiceprint(config.voiceprint, context))
      : undefined,
    turnEnd: createTurnEnd(config, context, share),
    outlookOf,
    health,
  };
}

/** A model that is not installed is not missed. */
function createTurnEnd({ turn }: Config, context: StagesContext, share: ShareStage): TurnEnd | undefined {
  const file = smartTurnFile(turn.end_model, context.dataDirectory ?? "data");
  return file === undefined ? undefined : share("turnEnd", file, () => new SmartTurn(file, context));
}

type Creator<Stage> = Pick<Provider<Stage>, "name" | "create">;

/** What may be there and need not. */
function createExtra<Stage extends { close(): Promise<void> }>(
  name: string,
  candidates: readonly Creator<Stage>[],
  given: Given,
  share: ShareStage,
): Stage | undefined {
  const { use } = given.settings;
  if (use === "") return undefined;
  return share(name, JSON.stringify(given.settings), () => create(name, candidates, String(use), given));
}

interface Given {
  readonly settings: StageConfig;
  readonly context: ProviderContext;
}

function create<Stage>(
  stage: string,
  candidates: readonly Creator<Stage>[],
  use: string,
  { settings, context }: Given,
): Stage {
  const provider = candidates.find(({ name }) => name === use);
  if (!provider) throw new ConfigError("config-invalid", `config-invalid: ${stage}.use: there is no ${use}`);
  // The configuration's schema has parsed them with the provider's own.
  return provider.create(settings[use] as never, context);
}
