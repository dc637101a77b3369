import { z } from "zod";
import { flag, idList, jsonObject, listQuery, search, time } from "./common.ts";

const group = z.string().trim().min(1).max(60);

/** A device. */
export const device = z.object({
  /** MAC address in small letters. */
  id: z.string(),
  alias: z.string(),
  board: z.string(),
  /** Of its firmware. */
  version: z.string(),
  agent: z.string().nullable(),
  /** Account; null: nobody has bound it. */
  owner: z.string().nullable(),
  /** Whether it takes new firmware by itself. */
  updates: z.boolean(),
  /** When it was last here; 0: never. */
  seen: time,
  created: time,
  updated: time,
  groups: z.array(z.string()),
  /** Whether it is connected now: in a conversation, or at rest at the MQTT gateway. */
  isOnline: z.boolean(),
});

export const deviceQuery = listQuery.extend({
  search,
  agent: z.string().optional(),
  /** Administrators only; others see their own. */
  owner: z.string().optional(),
  board: z.string().optional(),
  group: z.string().optional(),
  online: flag.optional(),
  ids: idList.optional(),
});

/** Binds a device by the code that it says and shows. */
export const bindRequest = z.strictObject({
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, "expected six digits"),
  agent: z.string().optional(),
  alias: z.string().trim().max(100).optional(),
});

/** Adds a device without a code. Administrators only. */
export const newDevice = z.strictObject({
  id: z.string().regex(/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/, "expected a MAC address"),
  alias: z.string().trim().max(100).default(""),
  agent: z.string().nullable().default(null),
});

export const deviceChange = z.strictObject({
  alias: z.string().trim().max(100).optional(),
  agent: z.string().nullable().optional(),
  updates: z.boolean().optional(),
  groups: z.array(group).max(20).optional(),
  /** Administrators only. */
  owner: z.string().nullable().optional(),
});

/** What to do with several devices. */
export const batchAction = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("set-agent"), agent: z.string().nullable() }),
  z.strictObject({ type: z.literal("add-group"), group }),
  z.strictObject({ type: z.literal("remove-group"), group }),
  z.strictObject({ type: z.literal("set-updates"), updates: z.boolean() }),
  z.strictObject({ type: z.literal("unbind") }),
  z.strictObject({ type: z.literal("say"), text: z.string().trim().min(1).max(1_000) }),
  z.strictObject({ type: z.literal("reboot") }),
]);

export const batchRequest = z.strictObject({ ids: z.array(z.string()).min(1).max(1_000), action: batchAction });

/** One result for each device; the others go on where one fails. */
export const batchAnswer = z.object({
  results: z.array(
    z.object({ id: z.string(), isDone: z.boolean(), code: z.string().optional(), message: z.string().optional() }),
  ),
});

export const deviceGroup = z.object({ name: z.string(), devices: z.int() });

/** A tool that a device brings. */
export const deviceTool = z.object({ name: z.string(), description: z.string(), inputSchema: jsonObject });

export const toolCall = z.strictObject({ name: z.string().min(1).max(200), arguments: jsonObject.default({}) });

export const toolResult = z.object({ text: z.string(), isError: z.boolean() });

export type Device = z.infer<typeof device>;
export type DeviceChange = z.infer<typeof deviceChange>;
export type BatchRequest = z.infer<typeof batchRequest>;
export type BatchAction = z.infer<typeof batchAction>;
export type BatchAnswer = z.infer<typeof batchAnswer>;
export type DeviceGroup = z.infer<typeof deviceGroup>;
export type DeviceTool = z.infer<typeof deviceTool>;
export type ToolCallRequest = z.infer<typeof toolCall>;
export type ToolCallResult = z.infer<typeof toolResult>;
