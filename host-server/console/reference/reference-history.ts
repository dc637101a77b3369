import { z } from "zod";
import { isObject } from "../../../protocol/json.ts";
import { getDevice } from "../../storage/devices.ts";
import { addMessages } from "../../storage/messages.ts";
import { inTransaction, type Storage, timeOf } from "../../storage/storage.ts";
import type { ConsoleParts } from "../parts.ts";
import { isWav } from "./wav-head.ts";

/** Messages of one conversation that are summed up. */
const MAX_REMEMBERED = 400;
const TOOL = 3;
const ROLES = { 1: "user", 2: "assistant", 3: "tool" } as const;

/** What the reference's server reports of a conversation, sentence by sentence. */
export const chatReport = z.object({
  macAddress: z.string().min(1).max(40),
  sessionId: z.string().min(1).max(100),
  chatType: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  content: z.string().max(20_000),
  /** s or ms since the epoch. */
  reportTime: z.number().optional(),
  audioBase64: z.string().nullish(),
});

/** What a tool was called with, or gave: a list of texts, as models of some makers want them. */
function toolText(content: string): string {
  try {
    const parts: unknown = JSON.parse(content);
    const texts = Array.isArray(parts) ? parts.map((part) => (isObject(part) ? part["text"] : undefined)) : [];
    return texts.length > 0 && texts.every((text) => typeof text === "string") ? texts.join("\n") : content;
  } catch {
    // It is a text.
    return content;
  }
}

/** Keeps what was said; the session is made with its first sentence. @throws StorageError */
export async function keepReport(storage: Storage, report: z.output<typeof chatReport>): Promise<void> {
  const { macAddress, sessionId: session, chatType, content, audioBase64 } = report;
  const text = chatType === TOOL ? toolText(content) : content;
  const device = macAddress.toLowerCase();
  const agent = (await getDevice(storage, device))?.agent ?? null;
  const now = timeOf(storage.clock);
  const said = report.reportTime ?? now;
  // The reference says seconds in some of its versions.
  const at = said < 100_000_000_000 ? said * 1_000 : said;
  const data = audioBase64 ? new Uint8Array(Buffer.from(audioBase64, "base64")) : undefined;
  const audio = data && isWav(data) ? { audio: { type: "audio/wav", data } } : {};
  const row = { id: session, device, agent, title: "", turns: 0, started: at, ended: null };
  await inTransaction(storage, async (scope) => {
    await scope.db
      .insertInto("sessions")
      .values(row)
      .onConflict((known) => known.column("id").doNothing())
      .execute();
    await addMessages(scope, [{ session, device, agent, role: ROLES[chatType], text, at, ...audio }]);
    if (chatType !== 1) return;
    const more = scope.db.updateTable("sessions").set(({ eb }) => ({ turns: eb("turns", "+", 1) }));
    await more.where("id", "=", session).execute();
  });
}

/** Has the memory of its agent take a conversation that is over. @throws StorageError */
export async function rememberReported({ storage, memoryOf, log }: ConsoleParts, session: string): Promise<void> {
  const list = storage.db.selectFrom("messages").select(["device", "role", "text"]).where("session", "=", session);
  const said = await list.where("role", "in", ["user", "assistant"]).orderBy("id").limit(MAX_REMEMBERED).execute();
  const [first] = said;
  const conversation = said.map(({ role, text }) => ({ role: role as "user" | "assistant", content: text }));
  if (!first) return;
  // A model sums it up: the other server waits for nothing.
  memoryOf(first.device)
    ?.keep(first.device, conversation)
    .catch((error: unknown) => log.warn({ error, session }, "the conversation is not remembered"));
}

/** Names a conversation by its first words, and notes its end. @throws StorageError */
export async function endReported(storage: Storage, session: string): Promise<void> {
  const first = await storage.db
    .selectFrom("messages")
    .select("text")
    .where("session", "=", session)
    .where("role", "=", "user")
    .orderBy("id")
    .executeTakeFirst();
  const ended = storage.db
    .updateTable("sessions")
    .set({ title: first?.text.slice(0, 40) ?? "", ended: timeOf(storage.clock) });
  await ended.where("id", "=", session).execute();
}
