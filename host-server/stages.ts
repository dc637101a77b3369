import type { Asr } from "./providers/asr.ts";
import type { Llm, ToolSpec } from "./providers/llm.ts";
import type { Tts } from "./providers/tts.ts";
import type { Vad } from "./providers/vad.ts";

/** What fills the stages of every turn. */
export interface Stages {
  readonly vad: Vad;
  readonly asr: Asr;
  readonly llm: Llm;
  readonly tts: Tts;
  /** Whether a text is a complete command, so that less silence ends the utterance. */
  readonly isCompleteCommand: (text: string, tools: readonly ToolSpec[]) => boolean;
}
