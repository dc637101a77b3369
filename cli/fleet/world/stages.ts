import type { Llm } from "../../../host-server/providers/llm.ts";
import type { Speech, Tts } from "../../../host-server/providers/tts.ts";
import type { Stages } from "../../../host-server/stages.ts";
import type { Phrase } from "../model/phrases.ts";
import { LoudnessEar } from "./loudness-ear.ts";
import type { SpokenPhrase } from "./spoken-phrases.ts";

/** Sentences whose sound is kept. */
const MOST_KEPT = 500;

/**
 * The stages of a fleet's server: its own, save that the recogniser is cheap, what has an answer is answered so, and each
 * sentence is spoken once.
 */
export function fleetStages(own: Stages, phrases: readonly SpokenPhrase[]): Stages {
  return { ...own, asr: new LoudnessEar(phrases), llm: withAnswers(own.llm, phrases), tts: keeping(own.tts) };
}

function withAnswers(own: Llm, phrases: readonly Phrase[]): Llm {
  const answers = new Map(
    phrases.flatMap(({ words, answer }) => (answer === undefined ? [] : [[words, answer] as const])),
  );
  return {
    reply: (messages, tools, signal) => {
      const { role, content } = messages.at(-1) ?? { role: "system", content: "" };
      const answer = role === "user" ? answers.get(content) : undefined;
      return answer === undefined ? own.reply(messages, tools, signal) : say(answer);
    },
    close: () => own.close(),
  };
}

async function* say(text: string) {
  yield { type: "text", text } as const;
}

function keeping(own: Tts): Tts {
  const kept = new Map<string, readonly Speech[]>();
  return {
    warmUp: async () => own.warmUp?.(),
    speak: async function* (text, signal) {
      let speech = kept.get(text);
      if (!speech) {
        const pieces: Speech[] = [];
        // Spoken to its end even when nobody listens any more: somebody else will.
        for await (const piece of own.speak(text, new AbortController().signal)) pieces.push(piece);
        if (kept.size >= MOST_KEPT) kept.clear();
        kept.set(text, pieces);
        speech = pieces;
      }
      for (const piece of speech) {
        if (signal.aborted) return;
        yield piece;
      }
    },
    close: () => own.close(),
  };
}
