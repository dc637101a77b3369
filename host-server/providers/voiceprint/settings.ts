import { z } from "zod";
import type { KnownSpeaker } from "../voiceprint.ts";

/** The key `voiceprint` of the configuration; `url`, `speakers` and `similarity_threshold` are the reference's. */
export const voiceprintSettings = z.strictObject({
  url: z
    .union([z.literal(""), z.url({ protocol: /^https?$/ })])
    .default("")
    .describe("Address of a voiceprint API with its key: http://192.168.1.20:8005/voiceprint/health?key=…"),
  model: z
    .string()
    .default("")
    .describe(
      "Without a url: name of a model in data/models, or the path of its folder; voices lie in data/voiceprints.",
    ),
  speakers: z
    .array(z.string().regex(/^[^,]+,[^,]+(,.*)?$/s, "expected id,name,description"))
    .default([])
    .describe("Who may speak: id,name,description."),
  similarity_threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("How alike voices must be; 0.4 with a url, 0.6 with a model, unless given."),
});

/** The key `voiceprint`, read. */
export type VoiceprintSettings = z.output<typeof voiceprintSettings>;

/** The people of the key `speakers`. */
export function knownSpeakers({ speakers }: VoiceprintSettings): readonly KnownSpeaker[] {
  return speakers.map((text) => {
    const [id = "", name = "", ...rest] = text.split(",");
    return { id: id.trim(), name: name.trim(), description: rest.join(",").trim() };
  });
}
