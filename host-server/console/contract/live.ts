import { z } from "zod";
import { jsonObject, time } from "./common.ts";

/** ms that a turn's stages took, one after the other; `firstFrame` and `total` are since the end of speech. */
export const turnStages = z.object({
  endpoint: z.number().optional(),
  asr: z.number().optional(),
  think: z.number().optional(),
  tts: z.number().optional(),
  firstFrame: z.number().optional(),
  total: z.number(),
});

/** What `GET /api/devices/{id}/live` tells as it happens, one JSON object in `data` of each server-sent event. */
export const liveEvent = z.discriminatedUnion("type", [
  /** First, and whenever it changes. */
  z.object({
    type: z.literal("state"),
    at: time,
    state: z.enum(["offline", "idle", "listening", "thinking", "speaking"]),
    session: z.string().nullable(),
  }),
  /** The user was understood. */
  z.object({ type: z.literal("heard"), at: time, text: z.string() }),
  /** A sentence of the answer is being spoken. */
  z.object({ type: z.literal("said"), at: time, text: z.string() }),
  z.object({ type: z.literal("emotion"), at: time, emotion: z.string() }),
  /** A turn has ended. */
  z.object({
    type: z.literal("turn"),
    at: time,
    turn: z.int(),
    heard: z.string(),
    /** Who has said it, where the voice is known. */
    speaker: z.string().optional(),
    said: z.string(),
    stages: turnStages,
    isInterrupted: z.boolean(),
    tools: z.array(z.object({ name: z.string(), arguments: jsonObject, result: z.string() })),
  }),
  /** Several a second while there is sound: loudness of microphone and loudspeaker, 0 to 1. */
  z.object({ type: z.literal("level"), at: time, up: z.number(), down: z.number() }),
  /** A line of the server's log about this device. */
  z.object({ type: z.literal("log"), at: time, level: z.string(), message: z.string(), fields: jsonObject }),
  /** Free memory, from devices that report it. */
  z.object({ type: z.literal("heap"), at: time, bytes: z.int() }),
]);

export type LiveEvent = z.infer<typeof liveEvent>;
export type TurnStages = z.infer<typeof turnStages>;
