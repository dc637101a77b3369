import { type Config, STAGE_NAMES, type StageName } from "./schema.ts";

/** Who fills each stage, in a few words: `silero`, or `openai (qwen-plus at dashscope.aliyuncs.com)`. */
export function modelsInUse(config: Config): Readonly<Record<StageName, string>> {
  const entries = STAGE_NAMES.map((stage) => [stage, describe(config[stage].use, config[stage][config[stage].use])]);
  return Object.fromEntries(entries) as Record<StageName, string>;
}

function describe(name: string, settings: unknown): string {
  const { base_url, model } = (settings ?? {}) as { base_url?: unknown; model?: unknown };
  const host = typeof base_url === "string" && URL.canParse(base_url) ? new URL(base_url).host : undefined;
  return host === undefined ? name : `${name} (${String(model)} at ${host})`;
}
