import type { Kysely } from "kysely";
import { addToSearch } from "../../host-server/storage/search/search-table.ts";
import { inTransaction, type Storage, type StorageScope } from "../../host-server/storage/storage.ts";

const BATCH = 2_000;
const MESSAGES_OF_SESSION = 10;
const WORDS = ["今天天气很好", "turn on the lamp", "讲个笑话", "what time is it", "明天会下雨吗", "play some music"];

/** Fills empty tables as a busy console's: one in six messages speaks of the weather. */
export async function seedStorage(storage: Storage, wanted: { readonly devices: number; readonly messages: number }) {
  await inTransaction(storage, (scope) => seedDevices(scope, wanted.devices));
  for (let from = 0; from < wanted.messages; from += BATCH * MESSAGES_OF_SESSION) {
    const end = Math.min(from + BATCH * MESSAGES_OF_SESSION, wanted.messages);
    await inTransaction(storage, (scope) => seedMessages(scope, { from, end, devices: wanted.devices }));
  }
  if (storage.engine === "postgres") await storage.db.executeQuery({ sql: "analyze", parameters: [] } as never);
}

function deviceOf(number: number): string {
  const digits = String(number).padStart(6, "0");
  return `02:00:00:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`;
}

async function seedDevices({ db }: StorageScope, devices: number): Promise<void> {
  for (let from = 0; from < devices; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, devices - from) }, (_, at) => {
      const number = from + at;
      const common = { version: "1.0.0", agent: "agent", owner: null, updates: 1, created: 1, updated: 1 } as const;
      return { id: deviceOf(number), alias: `Room ${number}`, board: `board-${number % 7}`, seen: number, ...common };
    });
    await db.insertInto("devices").values(rows).execute();
  }
}

interface Stretch {
  readonly from: number;
  readonly end: number;
  readonly devices: number;
}

async function seedMessages({ db, engine }: StorageScope, { from, end, devices }: Stretch): Promise<void> {
  const sessions = Array.from({ length: Math.ceil((end - from) / MESSAGES_OF_SESSION) }, (_, at) => {
    const number = from / MESSAGES_OF_SESSION + at;
    const common = { agent: "agent", title: `Talk ${number}`, turns: MESSAGES_OF_SESSION / 2 };
    return { id: `s${number}`, device: deviceOf(number % devices), started: number, ended: number + 1, ...common };
  });
  await db.insertInto("sessions").values(sessions).execute();
  for (let at = from; at < end; at += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, end - at) }, (_, offset) => {
      const number = at + offset;
      const session = Math.floor(number / MESSAGES_OF_SESSION);
      const text = `${WORDS[number % WORDS.length]} number${number % 50_000}`;
      const role = number % 2 === 0 ? ("user" as const) : ("assistant" as const);
      const common = { agent: "agent", detail: null, at: number };
      return { session: `s${session}`, device: deviceOf(session % devices), role, text, ...common };
    });
    const added = await db.insertInto("messages").values(rows).returning("id").execute();
    const texts = rows.map(({ text }, offset) => ({ id: (added[offset] as { id: number }).id, text }));
    await addToSearch(db as unknown as Kysely<never>, engine, "message_search", texts);
  }
}
