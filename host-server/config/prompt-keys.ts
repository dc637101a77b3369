import { z } from "zod";

/** What the model is told beside the prompt; most names are the reference's. */
export const promptKeys = {
  prompt_template: z
    .string()
    .default("")
    .describe("File with what surrounds the prompt, or its text: {{base_prompt}}, {{current_time}} and others."),
  context_providers: z
    .array(
      z.strictObject({
        url: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]),
        headers: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([])
    .describe("Programs that know something about a device, asked when it connects."),
  memory: z
    .strictObject({
      use: z.enum(["none", "summary", "mem0"]).default("none").describe("What remembers earlier conversations."),
      mem0: z
        .strictObject({
          base_url: z
            .url({ protocol: /^https?$/ })
            .default("https://api.mem0.ai")
            .describe("Address of the server."),
          api_key: z.string().default("").describe("Key; a server of one's own may need none."),
        })
        .prefault({}),
    })
    .prefault({})
    .describe("What is remembered from one conversation to the next, device by device."),
} as const;
