import { z } from "zod";
import { AppError } from "../errors.ts";

/** A file name without a folder, as parts are kept. */
export const PART_NAME = /^[\w-][\w.-]{0,63}$/;

const part = z.object({ path: z.string().min(1).max(200), offset: z.int().min(0) });

/** The manifest of ESP Web Tools, as a build writes it; more members are allowed there. */
const given = z.object({
  name: z.string().max(200),
  version: z.string().max(100),
  new_install_prompt_erase: z.boolean().default(true),
  builds: z.array(z.object({ chipFamily: z.string().max(20), parts: z.array(part).min(1).max(16) })).length(1),
});

/** What this server keeps, signs and hands out: the same manifest, which also says what the parts are. */
const kept = z.object({
  name: z.string(),
  version: z.string(),
  board: z.string(),
  new_install_prompt_erase: z.boolean(),
  builds: z
    .array(
      z.object({
        chipFamily: z.string(),
        parts: z
          .array(
            z.object({
              path: z.string().regex(PART_NAME),
              offset: z.int().min(0),
              bytes: z.int().min(1),
              sha256: z.string().regex(/^[0-9a-f]{64}$/),
            }),
          )
          .min(1),
      }),
    )
    .length(1),
});

export type GivenManifest = z.infer<typeof given>;
/** @see https://esphome.github.io/esp-web-tools/ — `board`, `bytes` and `sha256` are this project's own. */
export type FlashManifest = z.infer<typeof kept>;

/** Reads the manifest of a build. @throws AppError `flash-image-invalid` */
export function readGivenManifest(bytes: Uint8Array): GivenManifest {
  return read(given, bytes);
}

/** Reads a manifest that this server keeps. @throws AppError `flash-image-invalid` */
export function readFlashManifest(bytes: Uint8Array): FlashManifest {
  return read(kept, bytes);
}

function read<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw invalid("manifest.json is no JSON");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(`manifest.json: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** The refusal of what is no whole image of a device. */
export function invalid(reason: string): AppError {
  return new AppError("flash-image-invalid", `flash-image-invalid: ${reason}`);
}
