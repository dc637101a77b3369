import { z } from "zod";
import { time } from "./common.ts";
import { STAGES } from "./models.ts";

/** One of several servers that are one. */
const nodeState = z.object({
  name: z.string(),
  roles: z.array(z.string()),
  state: z.enum(["starting", "ready", "draining"]),
  devices: z.int(),
  weight: z.number(),
  websocket: z.string(),
  mqtt: z.string(),
});

/** How the server is. */
export const serverState = z.object({
  version: z.string(),
  started: time,
  now: time,
  /** What devices are to be told. */
  otaUrl: z.string(),
  /** 0: closed. */
  ports: z.record(z.string(), z.int()),
  sessions: z.int(),
  devices: z.int(),
  /** Provider of each stage. */
  models: z.partialRecord(z.enum(STAGES), z.string()),
  database: z.enum(["sqlite", "postgres"]),
  memoryBytes: z.int(),
  /** Share of one core, 0 to 1 and more. */
  cpu: z.number(),
  /** ms that the event loop was late, at most and in the 99th percentile, of the last minute. */
  loopDelay: z.object({ p99: z.number(), max: z.number() }),
  canRestart: z.boolean(),
  /** This server and the others, where NATS connects several. */
  nodes: z.array(nodeState).optional(),
});

/** Figures of the last hour, one point a minute, for charts. */
export const serverFigures = z.object({
  points: z.array(
    z.object({
      at: time,
      sessions: z.int(),
      turns: z.int(),
      /** Median ms until the first sound of the turns of this minute; null without turns. */
      firstFrame: z.number().nullable(),
      memoryBytes: z.int(),
      cpu: z.number(),
    }),
  ),
});

export type ServerState = z.infer<typeof serverState>;
export type ServerFigures = z.infer<typeof serverFigures>;
