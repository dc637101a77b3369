import { z } from "zod";

/** The console. */
export const consoleKeys = z.strictObject({
  enabled: z.boolean().default(true).describe("Whether the HTTP port has the console and its API."),
  url: z
    .union([z.literal(""), z.url({ protocol: /^https?$/ })])
    .default("")
    .describe(
      "Address of the console for people, where a proxy stands before it; with https cookies are for https alone.",
    ),
  trusts_proxy: z
    .boolean()
    .default(false)
    .describe("Whether X-Forwarded-For is believed: set it only where a proxy of yours writes it."),
  registration: z.boolean().default(false).describe("Whether visitors may make accounts; the first one always may."),
  password_length: z.int().min(8).max(64).default(10).describe("Shortest password, in characters."),
  binding: z
    .boolean()
    .default(false)
    .describe("Whether devices that nobody has bound say their code instead of answering."),
  binding_prompt: z
    .string()
    .default("Please log in to the console and enter the code {code} to use this device.")
    .describe("What they say; {code} stands for the code."),
  audit_days: z
    .number()
    .min(0)
    .default(365)
    .describe("Days after which the audit log forgets who changed something; 0: never."),
  upload_bytes: z
    .int()
    .min(65_536)
    .default(16 * 1024 * 1024)
    .describe("Largest firmware image that may be uploaded."),
});
