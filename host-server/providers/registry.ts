import { funasr } from "./asr/funasr.ts";
import { openai as openaiAsr } from "./asr/openai.ts";
import { sherpa as sherpaAsr } from "./asr/sherpa.ts";
import { soundswallower } from "./asr/soundswallower.ts";
import { wyoming as wyomingAsr } from "./asr/wyoming.ts";
import type { Asr } from "./asr.ts";
import { coze } from "./llm/coze.ts";
import { dify } from "./llm/dify.ts";
import { embedded } from "./llm/embedded.ts";
import { fastGpt } from "./llm/fastgpt.ts";
import { homeAssistant } from "./llm/home-assistant.ts";
import { ollama } from "./llm/ollama.ts";
import { openai as openaiLlm } from "./llm/openai.ts";
import { presets } from "./llm/presets.ts";
import type { Llm } from "./llm.ts";
import type { Provider } from "./provider.ts";
import { command } from "./tts/command.ts";
import { flite } from "./tts/flite.ts";
import { http } from "./tts/http.ts";
import { openai as openaiTts } from "./tts/openai.ts";
import { sherpa as sherpaTts } from "./tts/sherpa.ts";
import { wyoming as wyomingTts } from "./tts/wyoming.ts";
import type { Tts } from "./tts.ts";
import { silero } from "./vad/silero.ts";
import { ten } from "./vad/ten.ts";
import { webrtc } from "./vad/webrtc.ts";
import type { Vad } from "./vad.ts";
import { openai as openaiVllm } from "./vllm/openai.ts";
import type { Vllm } from "./vllm.ts";

// Settings schemas differ; the registry parses before it creates, so what `create` gets fits.
type AnyProvider<Stage> = Omit<Provider<Stage>, "create"> & {
  // biome-ignore lint/suspicious/noExplicitAny: a list of providers cannot name the settings of each
  create(settings: any, context: Parameters<Provider<Stage>["create"]>[1]): Stage;
};

/** Providers by stage, the default of each stage first; vision has none. */
export type Registry = {
  readonly vad: readonly AnyProvider<Vad>[];
  readonly asr: readonly AnyProvider<Asr>[];
  readonly llm: readonly AnyProvider<Llm>[];
  readonly tts: readonly AnyProvider<Tts>[];
  readonly vllm: readonly AnyProvider<Vllm>[];
};

/** Every provider that comes with the server. */
export const providers: Registry = {
  vad: [silero, webrtc, ten],
  asr: [soundswallower, openaiAsr, wyomingAsr, funasr, sherpaAsr],
  llm: [embedded, openaiLlm, ollama, ...presets, dify, coze, homeAssistant, fastGpt],
  tts: [flite, openaiTts, wyomingTts, http, command, sherpaTts],
  vllm: [openaiVllm],
};
