import type { z } from "zod";
import type { Clock } from "../../protocol/clock.ts";
import type { Crew } from "../workers/worker-pool.ts";
import type { Asr } from "./asr.ts";
import type { Llm } from "./llm.ts";
import type { Tts } from "./tts.ts";
import type { Vad } from "./vad.ts";
import type { Vllm } from "./vllm.ts";

/** What a provider is given: time, a place to report, and the folder of the server. Everything else comes from its settings. */
export interface ProviderContext {
  clock: Clock;
  log: ProviderLog;
  /** Folder with the server's files, models among them; `data` unless given. */
  dataDirectory?: string;
  /** Where threads that a provider starts are told of. */
  crews?: Set<Crew>;
}

/** The part of a pino logger that providers use: constant message, values as fields. */
export interface ProviderLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * A way to fill one stage of a turn. The name picks it in the configuration (`tts: { use: flite, flite: {…} }`); the
 * settings schema checks that block, fills its defaults and draws the console's form.
 */
export interface Provider<Stage, Settings extends z.ZodObject = z.ZodObject> {
  name: string;
  settings: Settings;
  /** Builds the stage without loading anything heavy: that happens in `warmUp` or at first use. */
  create(settings: z.output<Settings>, context: ProviderContext): Stage;
}

/** Declares a voice activity detector. */
export function defineVad<S extends z.ZodObject>(provider: Provider<Vad, S>): Provider<Vad, S> {
  return provider;
}

/** Declares a speech recogniser. */
export function defineAsr<S extends z.ZodObject>(provider: Provider<Asr, S>): Provider<Asr, S> {
  return provider;
}

/** Declares a language model. */
export function defineLlm<S extends z.ZodObject>(provider: Provider<Llm, S>): Provider<Llm, S> {
  return provider;
}

/** Declares a model with eyes. */
export function defineVllm<S extends z.ZodObject>(provider: Provider<Vllm, S>): Provider<Vllm, S> {
  return provider;
}

/** Declares a voice. */
export function defineTts<S extends z.ZodObject>(provider: Provider<Tts, S>): Provider<Tts, S> {
  return provider;
}
