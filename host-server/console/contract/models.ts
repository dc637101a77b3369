import { z } from "zod";
import { formSchema, jsonObject, listQuery, search, time } from "./common.ts";

export const STAGES = ["vad", "asr", "llm", "tts", "vllm"] as const;

/** A way to fill a stage, and the form of its settings. */
export const providerForm = z.object({
  stage: z.enum(STAGES),
  name: z.string(),
  /** Whether the server uses it now. */
  isInUse: z.boolean(),
  schema: formSchema,
});

/** A provider with settings, for agents to choose by name. Administrators make them; users see names without settings. */
export const model = z.object({
  id: z.string(),
  stage: z.enum(STAGES),
  name: z.string(),
  provider: z.string(),
  /** Secrets are masked; empty for users. */
  settings: jsonObject,
  /** Whether it is its stage's, where nobody has chosen. */
  isPreferred: z.boolean(),
  isEnabled: z.boolean(),
  created: time,
  updated: time,
});

export const modelQuery = listQuery.extend({
  stage: z.enum(STAGES).optional(),
  provider: z.string().optional(),
  search,
});

export const newModel = z.strictObject({
  stage: z.enum(STAGES),
  name: z.string().trim().min(1).max(100),
  provider: z.string(),
  settings: jsonObject.default({}),
  isPreferred: z.boolean().default(false),
  isEnabled: z.boolean().default(true),
});

export const modelChange = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  provider: z.string().optional(),
  settings: jsonObject.optional(),
  isPreferred: z.boolean().optional(),
  isEnabled: z.boolean().optional(),
});

/** Tries a provider with these settings. With `model`, masked secrets are those of that model. */
export const modelTest = z.strictObject({
  stage: z.enum(STAGES),
  provider: z.string(),
  settings: jsonObject.default({}),
  model: z.string().optional(),
});

export const modelTestResult = z.object({
  isOk: z.boolean(),
  /** ms until it was loaded, and until its first answer: a token, a piece of sound, a transcript. */
  loadMs: z.number(),
  firstMs: z.number().nullable(),
  /** What it answered, or why it did not. */
  text: z.string(),
});

/** A setting of the whole server. */
export const parameter = z.object({
  /** Key of the configuration, as `server.timezone_offset`. */
  id: z.string(),
  value: z.string(),
  note: z.string(),
  updated: time,
});
export const parameterQuery = listQuery.extend({ search });
/** A value that is no text stands as JSON. */
export const newParameter = z.strictObject({
  id: z.string().min(1).max(200),
  value: z.string().max(20_000),
  note: z.string().max(500).default(""),
});
export const parameterChange = z.strictObject({
  value: z.string().max(20_000).optional(),
  note: z.string().max(500).optional(),
});

export type ProviderForm = z.infer<typeof providerForm>;
export type Model = z.infer<typeof model>;
export type ModelTestResult = z.infer<typeof modelTestResult>;
export type Parameter = z.infer<typeof parameter>;
