import { z } from "@hono/zod-openapi";
import { ProtocolError } from "../../../protocol/errors.ts";

/** What may be asked of the gateway: each body is checked by the schema that describes it at `/openapi.json`. */

const MAX_SUBTITLES = 100;
const MAX_TEXT = 4_000;

const text = z.string().max(MAX_TEXT);

const mcp = z.object({
  type: z.literal("mcp"),
  payload: z
    .object({ method: z.string(), params: z.record(z.string(), z.unknown()).optional() })
    .describe("A request to the device's MCP server; its id is the gateway's own."),
});

const say = z.object({
  type: z.literal("say"),
  text,
  listen: z.boolean().optional().describe("Whether a device that was at rest listens afterwards."),
});

const notify = z.object({
  type: z.literal("notify"),
  audio_url: z.url({ protocol: /^https?$/ }).describe("Mono Ogg/Opus, by http or https."),
  subtitles: z
    .array(z.object({ start_ms: z.number().min(0), text: z.string().max(500) }))
    .max(MAX_SUBTITLES)
    .optional()
    .describe("Lines to show, each when the sound has played that far."),
});

const reboot = z.object({ type: z.literal("reboot") });

const alert = z.object({ type: z.literal("alert"), status: text, message: text, emotion: z.string().optional() });

const COMMANDS = [mcp, say, notify, reboot, alert] as const;

/** One command for a device. */
export const command = z.discriminatedUnion("type", COMMANDS, {
  error: `expected one of ${COMMANDS.map(({ shape }) => shape.type.value).join(", ")}`,
});

export type CommandRequest = z.output<typeof command>;

const clientIds = z.array(z.string());

/** Devices of a batch. */
const targets = z
  .object({
    clientIds: clientIds.optional(),
    group: z.string().optional().describe("First part of the client ids: GID_ and the model."),
  })
  .refine((given) => given.clientIds !== undefined || given.group !== undefined, {
    path: ["clientIds"],
    error: "expected these, or a group",
  });

export const batch = z.intersection(command, targets);

export type Batch = z.output<typeof batch>;

export const statusRequest = z.object({ clientIds });

export const callRequest = z.object({
  caller_mac: z.string(),
  target_mac: z.string(),
  caller_nickname: z.string().default(""),
});

export const callAcceptance = z.object({ mac: z.string() });

/**
 * A request's body, as its schema has it.
 *
 * @throws ProtocolError `message-invalid`, naming the member
 */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const { data, error } = schema.safeParse(body);
  if (!error) return data;
  const [issue] = error.issues;
  const where = ["request", ...(issue?.path ?? [])].map(String).join(".");
  throw new ProtocolError("message-invalid", where, issue?.message ?? "it does not fit");
}
