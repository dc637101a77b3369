import { type Config, STAGE_NAMES, type StageConfig, type StageName } from "./schema.ts";

/** Who fills each stage, in a few words: `silero`, or `openai (qwen-plus at dashscope.aliyuncs.com), else embedded`. */
export function modelsInUse(config: Config): Readonly<Record<StageName, string>> {
  const entries = STAGE_NAMES.map((stage) => {
    const members = providersInUse(config[stage]).map((name) => describe(name, config[stage][name]));
    return [stage, members.join(", else ")];
  });
  return Object.fromEntries(entries) as Record<StageName, string>;
}

/** Names of a stage's providers, the preferred one first. */
export function providersInUse({ use }: StageConfig): readonly string[] {
  return [...new Set(typeof use === "string" ? [use] : use)];
}

/** A word for who fills each stage, for figures: `openai+flite`. */
export function providerLabels(config: Config): Readonly<Record<StageName, string>> {
  const entries = STAGE_NAMES.map((stage) => [stage, providersInUse(config[stage]).join("+")]);
  return Object.fromEntries(entries) as Record<StageName, string>;
}

function describe(name: string, settings: unknown): string {
  const { base_url, model } = (settings ?? {}) as { base_url?: unknown; model?: unknown };
  const host = typeof base_url === "string" && URL.canParse(base_url) ? new URL(base_url).host : undefined;
  return host === undefined ? name : `${name} (${String(model)} at ${host})`;
}
