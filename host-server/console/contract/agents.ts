import { z } from "zod";
import { idList, jsonObject, listQuery, search, time } from "./common.ts";

const name = z.string().trim().min(1).max(64);
const tags = z.array(z.string().trim().min(1).max(40)).max(20);

/** An assistant: who it is and what it uses. */
export const agent = z.object({
  id: z.string(),
  name: z.string(),
  /** Account; null: nobody's, for administrators. */
  owner: z.string().nullable(),
  /** What differs from the server's configuration, by the keys of `GET /api/agent-form`. Secrets are masked. */
  settings: jsonObject,
  /** Counts changes. */
  version: z.int(),
  created: time,
  updated: time,
  tags: z.array(z.string()),
});

export const agentQuery = listQuery.extend({
  search,
  owner: z.string().optional(),
  tag: z.string().optional(),
  ids: idList.optional(),
});

export const newAgent = z.strictObject({
  name,
  settings: jsonObject.default({}),
  tags: tags.default([]),
  /** Makes it from this template; `settings` lie over the template's. */
  template: z.string().optional(),
  /** Copies this agent; `settings` lie over its own. */
  copyOf: z.string().optional(),
});

export const agentChange = z.strictObject({
  name: name.optional(),
  /** In place of all settings; a secret that is `********` stays as it is. */
  settings: jsonObject.optional(),
  tags: tags.optional(),
  /** Administrators only. */
  owner: z.string().nullable().optional(),
  /** The version that was seen: refused with `storage-conflict` when somebody has changed the agent since. */
  version: z.int().optional(),
});

/** What an agent was, until a change. */
export const snapshot = z.object({
  version: z.int(),
  name: z.string(),
  settings: jsonObject,
  author: z.string().nullable(),
  created: time,
});

/** What differs between a snapshot and the agent now. Absent members: the key is not there. */
export const difference = z.object({
  path: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});

export const restoreRequest = z.strictObject({
  version: z.int(),
  /** The agent's version that was seen. */
  seen: z.int().optional(),
});

/** The address at which MCP servers bring tools to an agent, and those tools. */
export const agentMcp = z.object({
  /** Empty when the endpoint is closed. */
  url: z.string(),
  tools: z.array(z.object({ name: z.string(), description: z.string() })),
});

/** What an agent may be made from. */
export const template = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  settings: jsonObject,
  created: time,
  updated: time,
});

export const newTemplate = z.strictObject({
  name,
  description: z.string().trim().max(500).default(""),
  settings: jsonObject.default({}),
});

export const templateChange = z.strictObject({
  name: name.optional(),
  description: z.string().trim().max(500).optional(),
  settings: jsonObject.optional(),
});

/** A plugin of the server, and the form of its parameters (`settings.plugins.<name>`). */
export const pluginForm = z.object({
  name: z.string(),
  description: z.string(),
  /** Whether it is on where nobody has chosen. */
  byDefault: z.boolean(),
  schema: jsonObject,
});

/** What the form of an agent is drawn from. */
export const agentForm = z.object({
  /** JSON Schema of `settings`. Users get fewer keys than administrators. */
  schema: jsonObject,
  plugins: z.array(pluginForm),
  languages: z.array(z.string()),
});

/** What an agent remembers of those who use a device. */
export const memory = z.object({ device: z.string(), text: z.string(), updated: time });
export const memoryChange = z.strictObject({ text: z.string().max(20_000) });

/** Somebody whose voice an agent knows. */
export const voiceprint = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  /** Whether there is a recording of the voice. */
  hasRecording: z.boolean(),
  /** Whether the voice was learned from it. */
  isLearned: z.boolean(),
  created: time,
  updated: time,
});
export const newVoiceprint = z.strictObject({ name, description: z.string().trim().max(500).default("") });
export const voiceprintChange = z.strictObject({
  name: name.optional(),
  description: z.string().trim().max(500).optional(),
});

/** Takes the sound of a message in place of the body. */
export const recordingQuery = z.object({ message: z.string().max(20).optional() });
/** `problem` says why the voice was not learned from a recording that was kept. */
export const recordedVoice = voiceprint.extend({ problem: z.string().optional() });

export type Agent = z.infer<typeof agent>;
export type AgentChange = z.infer<typeof agentChange>;
export type Snapshot = z.infer<typeof snapshot>;
export type Difference = z.infer<typeof difference>;
export type Template = z.infer<typeof template>;
export type PluginForm = z.infer<typeof pluginForm>;
export type AgentForm = z.infer<typeof agentForm>;
export type Voiceprint = z.infer<typeof voiceprint>;
export type RecordedVoice = z.infer<typeof recordedVoice>;
