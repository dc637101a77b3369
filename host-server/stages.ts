import type { Config, StageConfig } from "./config/schema.ts";
import { ConfigError } from "./errors.ts";
import { outlookOf } from "./intent/grammar.ts";
import type { Outlook } from "./intent/outlook.ts";
import type { Asr } from "./providers/asr.ts";
import type { Llm, ToolSpec } from "./providers/llm.ts";
import type { Provider, ProviderContext } from "./providers/provider.ts";
import { providers } from "./providers/registry.ts";
import type { Tts } from "./providers/tts.ts";
import type { Vad } from "./providers/vad.ts";

/** What fills the stages of every turn. */
export interface Stages {
  readonly vad: Vad;
  readonly asr: Asr;
  readonly llm: Llm;
  readonly tts: Tts;
  /** What may follow words that are being spoken: decides how much silence ends the utterance. */
  readonly outlookOf: (text: string, tools: readonly ToolSpec[]) => Outlook;
}

/** The stages that the configuration names. */
export function createStages(config: Config, context: ProviderContext): Stages {
  return {
    vad: create("vad", providers.vad, config.vad, context),
    asr: create("asr", providers.asr, config.asr, context),
    llm: create("llm", providers.llm, config.llm, context),
    tts: create("tts", providers.tts, config.tts, context),
    outlookOf,
  };
}

type Creator<Stage> = Pick<Provider<Stage>, "name" | "create">;

function create<Stage>(
  stage: string,
  candidates: readonly Creator<Stage>[],
  config: StageConfig,
  context: ProviderContext,
): Stage {
  const provider = candidates.find(({ name }) => name === config.use);
  if (!provider) throw new ConfigError("config-invalid", `config-invalid: ${stage}.use: there is no ${config.use}`);
  // The configuration's schema has parsed them with the provider's own.
  return provider.create(config[config.use] as never, context);
}
