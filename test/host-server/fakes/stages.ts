import type { Outlook } from "../../../host-server/intent/outlook.ts";
import type { Asr } from "../../../host-server/providers/asr.ts";
import type { Llm, LlmEvent, Message, ToolSpec } from "../../../host-server/providers/llm.ts";
import type { Tts } from "../../../host-server/providers/tts.ts";
import type { Vad } from "../../../host-server/providers/vad.ts";
import type { Stages } from "../../../host-server/stages.ts";
import type { Clock } from "../../../protocol/clock.ts";

/** What a scripted model does in one round: the events, a text to say, or a function of what it is given. */
export type Round =
  | string
  | readonly LlmEvent[]
  | ((messages: readonly Message[], tools: readonly ToolSpec[], signal: AbortSignal) => AsyncIterable<LlmEvent>);

/** What the scripted stages say and hear; both lists are consumed from the front. */
export interface Script {
  /** Words of the next utterances; "…" for speech that cannot be made out. */
  heard?: string[];
  /** Words that the recogniser gives while the next utterances are still being spoken: after how many frames which. */
  partials?: (readonly (readonly [frames: number, text: string])[])[];
  /** What the model does in the next rounds; afterwards it says "OK." */
  rounds?: Round[];
  /** ms that the recogniser needs after the last frame. */
  asrMs?: number;
  /** ms of sound for each character of a sentence. */
  msPerCharacter?: number;
  /** What may follow every partial text, or one text; nobody knows unless it is told. */
  outlook?: Outlook | ((text: string) => Outlook);
  /** What the model would say in the end if its calls succeeded. */
  foresee?: () => string | undefined;
  /** Puts other stages in the place of these. */
  wrap?: (own: Stages, clock: Clock) => Stages;
  /** Called with every sentence that is to be spoken; may throw. */
  onSpeak?: (text: string) => void;
}

/** What the scripted stages were given. */
export interface Given {
  /** One entry for each round of the model. */
  asked: { messages: Message[]; tools: ToolSpec[] }[];
  /** Frames of each utterance that was recognised to its end. */
  utteranceFrames: number[];
}

/** Stages without models: voice is loudness, words and answers come from the script. */
export function scriptedStages(script: Script, clock: Clock): Stages & Given {
  const given: Given = { asked: [], utteranceFrames: [] };
  return {
    vad: loudnessVad,
    asr: scriptedAsr(script, clock, given),
    llm: scriptedLlm(script, given),
    tts: toneTts(script),
    outlookOf: (text) => {
      const { outlook = "unknown" } = script;
      return typeof outlook === "function" ? outlook(text) : outlook;
    },
    ...given,
  };
}

const loudnessVad: Vad = {
  open: () => ({
    accept: async (pcm) => (pcm.some((sample) => Math.abs(sample) > 1000) ? 0.9 : 0.05),
    close: () => {},
  }),
  close: async () => {},
};

function scriptedAsr(script: Script, clock: Clock, { utteranceFrames }: Given): Asr {
  return {
    transcribe: async function* (frames, _context, signal) {
      let count = 0;
      const partials = script.partials?.shift() ?? [[1, ""]];
      for await (const _frame of frames) {
        count++;
        for (const [at, text] of partials) if (at === count) yield { text, final: false };
      }
      if (signal.aborted) return;
      utteranceFrames.push(count);
      await new Promise<void>((resolve) => clock.schedule(script.asrMs ?? 0, resolve));
      const words = count > 0 ? (script.heard?.shift() ?? "") : "";
      if (words === "…") yield { text: "", final: true, isUnclear: true };
      else yield { text: words, final: true };
    },
    close: async () => {},
  };
}

function scriptedLlm(script: Script, { asked }: Given): Llm {
  return {
    reply: async function* (messages, tools, signal) {
      asked.push({ messages: [...messages], tools: [...tools] });
      const round = script.rounds?.shift() ?? "OK.";
      if (typeof round === "function") yield* round(messages, tools, signal);
      else if (typeof round === "string") yield { type: "text", text: round };
      else yield* round;
    },
    ...(script.foresee && { foresee: script.foresee }),
    close: async () => {},
  };
}

function toneTts(script: Script): Tts {
  return {
    speak: async function* (text, signal) {
      script.onSpeak?.(text);
      if (signal.aborted) return;
      const samples = Math.round(text.length * (script.msPerCharacter ?? 60) * 16);
      yield { pcm: tone(samples, 16_000), sampleRate: 16_000 };
    },
    close: async () => {},
  };
}

/** A loud tone. */
export function tone(samples: number, sampleRate: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, at) => 8000 * Math.sin((2 * Math.PI * 300 * at) / sampleRate));
}
