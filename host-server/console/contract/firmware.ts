import { z } from "zod";
import { idList, listQuery, time } from "./common.ts";

/** An image for devices. */
export const firmware = z.object({
  /** Its file name: `{board}_{version}.bin`. */
  id: z.string(),
  board: z.string(),
  version: z.string(),
  /** Name of the project, as the image says. */
  project: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  note: z.string(),
  uploaded: time,
  /** What is being done with it; null: nothing yet. */
  rollout: z
    .object({
      state: z.enum(["running", "stopped", "rolled-back"]),
      /** Share of the board's devices, 1 to 100. */
      percent: z.int(),
      /** Only devices of these groups; empty: all. */
      groups: z.array(z.string()),
      started: time,
      /** Devices of the board that it is for, that were offered it, and that have it. */
      devices: z.int(),
      offered: z.int(),
      installed: z.int(),
    })
    .nullable(),
});

export const firmwareQuery = listQuery.extend({ board: z.string().optional(), ids: idList.optional() });

/** Query of the upload; the body is the image itself (`application/octet-stream`). What the image says goes first. */
export const firmwareUpload = z.object({
  board: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
  version: z
    .string()
    .regex(/^\d[\w.-]{0,31}$/)
    .optional(),
  note: z.string().max(500).default(""),
});

export const firmwareChange = z.strictObject({ note: z.string().max(500) });

/** Starts a roll-out, or changes its share. */
export const rolloutRequest = z.strictObject({
  percent: z.int().min(1).max(100).default(100),
  groups: z.array(z.string()).max(20).default([]),
});

/** What a browser can write into a new device. */
export const flashImage = z.object({
  /** `{board}_{version}` */
  id: z.string(),
  board: z.string(),
  version: z.string(),
  /** As ESP Web Tools names it: `ESP32-S3`. */
  chip: z.string(),
  bytes: z.int(),
});

export type FlashImageShown = z.infer<typeof flashImage>;
export type Firmware = z.infer<typeof firmware>;
