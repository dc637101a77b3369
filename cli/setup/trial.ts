import { joinSamples } from "../../host-server/audio/join.ts";
import { createResampler } from "../../host-server/audio/resampler.ts";
import { providersInUse } from "../../host-server/config/models-in-use.ts";
import type { Config } from "../../host-server/config/schema.ts";
import type { Speech } from "../../host-server/providers/tts.ts";
import { createStages, type Stages, type StagesContext } from "../../host-server/stages.ts";
import { within } from "../../host-server/time-limit.ts";
import { SetupError } from "./errors.ts";
import { likeness } from "./hearing.ts";
import type { Language } from "./languages.ts";

/** How one part did. */
export interface Result {
  readonly stage: "tts" | "vad" | "asr" | "llm";
  readonly isGood: boolean;
  /** Until the first sound or word; of a recogniser, after the end of speech. */
  readonly ms?: number;
  /** What was heard or answered. */
  readonly text?: string;
  readonly problem?: string;
}

/** A finished trial, and what the voice said. */
export interface Trial {
  readonly results: readonly Result[];
  readonly speech?: Speech;
}

const SAMPLE_RATE = 16_000;
const FRAME_SAMPLES = 960;
const LIMIT_MS = 45_000;
/** Likeness from which a sentence counts as heard: single characters may differ. */
const HEARD = 0.6;
/** Probability of voice from which somebody speaks. */
const VOICE = 0.5;
/** What the speech that is built in can say and hear. */
const BUILT_IN_SENTENCE = "Good morning.";

/** Has the voice say a sentence, hears it back, and asks the model a question, with the providers of a configuration. */
export async function tryStages(config: Config, language: Language, context: StagesContext): Promise<Trial> {
  const stages = createStages(config, context);
  try {
    const limited = <T>(work: Promise<T>) => within(work, { clock: context.clock, ms: LIMIT_MS, error: late });
    const isBuiltIn = ["soundswallower", "flite"].some((name) =>
      [config.asr, config.tts].some((stage) => providersInUse(stage)[0] === name),
    );
    const sentence = isBuiltIn ? BUILT_IN_SENTENCE : language.sentence;
    const voice = await attempt("tts", () => limited(say(stages, sentence, context.clock.now)));
    const mind = await attempt("llm", () => limited(think(stages, config, language, context.clock.now)));
    const { speech } = voice;
    if (!speech) return { results: [voice.result, mind.result] };
    const ears = await attempt("asr", () => limited(hear(stages, sentence, heardBy(speech), context.clock.now)));
    const gate = await attempt("vad", () => limited(notice(stages, heardBy(speech))));
    return { results: [voice.result, gate.result, ears.result, mind.result], speech };
  } finally {
    await Promise.all([stages.vad, stages.asr, stages.llm, stages.tts].map((stage) => stage.close()));
  }
}

function late(ms: number): Error {
  return new SetupError("setup-late", `no answer within ${ms / 1000} s`);
}

interface Attempt {
  readonly result: Result;
  readonly speech?: Speech;
}

async function attempt(
  stage: Result["stage"],
  run: () => Promise<Omit<Result, "stage"> & { speech?: Speech }>,
): Promise<Attempt> {
  try {
    const { speech, ...result } = await run();
    return { result: { stage, ...result }, ...(speech && { speech }) };
  } catch (error) {
    return { result: { stage, isGood: false, problem: error instanceof Error ? error.message : String(error) } };
  }
}

async function say({ tts }: Stages, sentence: string, now: () => number) {
  await tts.warmUp?.();
  const began = now();
  let ms: number | undefined;
  const pieces: Int16Array[] = [];
  let sampleRate = 0;
  for await (const speech of tts.speak(sentence, new AbortController().signal)) {
    ms ??= now() - began;
    pieces.push(speech.pcm);
    sampleRate = speech.sampleRate;
  }
  const pcm = joinSamples(pieces);
  const isLoud = pcm.some((sample) => Math.abs(sample) > 500);
  if (!isLoud || ms === undefined) return { isGood: false, problem: `${pcm.length} samples, none that can be heard` };
  return { isGood: true, ms, text: sentence, speech: { pcm, sampleRate } };
}

/** As a device would send it: 16 kHz, with a moment of silence around. */
function heardBy({ pcm, sampleRate }: Speech): Int16Array {
  const resampler = createResampler(sampleRate, SAMPLE_RATE);
  const sound = resampler.process(pcm);
  resampler.close();
  const silence = new Int16Array(SAMPLE_RATE / 2);
  return joinSamples([silence, sound, silence]);
}

async function* framesOf(pcm: Int16Array): AsyncGenerator<Int16Array> {
  for (let at = 0; at < pcm.length; at += FRAME_SAMPLES) yield pcm.subarray(at, at + FRAME_SAMPLES);
}

async function hear({ asr }: Stages, sentence: string, pcm: Int16Array, now: () => number) {
  await asr.warmUp?.();
  const began = now();
  let text = "";
  for await (const heard of asr.transcribe(framesOf(pcm), { tools: [] }, new AbortController().signal))
    text = heard.text;
  const ms = now() - began;
  const isGood = likeness(sentence, text) >= HEARD;
  return {
    isGood,
    ms,
    text,
    ...(!isGood && { problem: text === "" ? "nothing was heard" : "other words were heard" }),
  };
}

async function notice({ vad }: Stages, pcm: Int16Array) {
  await vad.warmUp?.();
  const stream = vad.open();
  let highest = 0;
  for await (const frame of framesOf(pcm)) highest = Math.max(highest, await stream.accept(frame));
  stream.close();
  const isGood = highest >= VOICE;
  return { isGood, ...(!isGood && { problem: "it takes the voice for noise" }) };
}

async function think({ llm }: Stages, { prompt }: Config, { question }: Language, now: () => number) {
  await llm.warmUp?.();
  const began = now();
  let [text, ms]: [string, number | undefined] = ["", undefined];
  const content = llm.onlyCommands ? BUILT_IN_SENTENCE : question;
  const messages = [
    { role: "system" as const, content: prompt },
    { role: "user" as const, content },
  ];
  for await (const event of llm.reply(messages, [], new AbortController().signal)) {
    if (event.type !== "text") continue;
    ms ??= now() - began;
    text += event.text;
  }
  const isGood = text.trim() !== "";
  return {
    isGood,
    text: text.trim(),
    ...(ms !== undefined && { ms }),
    ...(!isGood && { problem: "it answered nothing" }),
  };
}
