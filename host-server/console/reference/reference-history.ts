import { z } from "zod";
import { getDevice } from "../../storage/devices.ts";
import { addMessages } from "../../storage/messages.ts";
import { inTransaction, type Storage, timeOf } from "../../storage/storage.ts";
import { isWav } from "./wav-head.ts";

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

/** Keeps what was said; the session is made with its first sentence. @throws StorageError */
export async function keepReport(storage: Storage, report: z.output<typeof chatReport>): Promise<void> {
  const { macAddress, sessionId: session, chatType, content: text, audioBase64 } = report;
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
