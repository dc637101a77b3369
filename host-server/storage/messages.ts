import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import type { JsonObject } from "../../protocol/json.ts";
import { deviceKey } from "./devices.ts";
import { type Page, type PageQuery, pageOf, unindexed } from "./page.ts";
import { searchMessages } from "./search/message-search.ts";
import { addToSearch } from "./search/search-table.ts";
import { inTransaction, type StorageScope } from "./storage.ts";
import type { MessagesTable } from "./tables.ts";

/** Sounds that are deleted by one statement: others wait for it. */
const AUDIO_AT_ONCE = 200;

/** What was said, or done by a tool. */
export interface MessageRecord extends Omit<Selectable<MessagesTable>, "detail"> {
  readonly detail: JsonObject | null;
}

/** A message to be kept. */
export interface NewMessage {
  readonly session: string;
  readonly device: string;
  readonly agent: string | null;
  readonly role: MessagesTable["role"];
  readonly text: string;
  readonly detail?: JsonObject;
  /** ms since the epoch. */
  readonly at: number;
  readonly audio?: MessageAudio;
}

/** The sound of a message. */
export interface MessageAudio {
  /** Media type. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** Which messages are wanted. */
export interface MessageFilter extends PageQuery<"id"> {
  readonly session?: string;
  readonly device?: string;
  readonly agent?: string;
  readonly role?: MessagesTable["role"];
  /** Words that must be in the text; the end of a word may be left out. */
  readonly search?: string;
  /** From this time on, and before that: ms since the epoch. */
  readonly from?: number;
  readonly until?: number;
}

const SEARCH = "message_search";
/** Rows of one statement: SQLite takes 32766 values. */
const ROWS_AT_ONCE = 1_000;

/** A list of messages, the newest first unless asked otherwise. */
export async function listMessages(scope: StorageScope, filter: MessageFilter = {}): Promise<Page<MessageRecord>> {
  const { search, ...wanted } = filter;
  const conditions = conditionsOf(scope, filter);
  const page = search
    ? await searchMessages(scope, { ...wanted, question: search, conditions, isNarrow: isNarrow(filter) })
    : await listAll(scope, filter, conditions);
  return { ...page, rows: page.rows.map(toRecord) };
}

function listAll(
  scope: StorageScope,
  filter: MessageFilter,
  conditions: readonly RawBuilder<boolean>[],
): Promise<Page<Selectable<MessagesTable>>> {
  let list = scope.db.selectFrom("messages");
  for (const condition of conditions) list = list.where(condition);
  // Of a period the order of the times is the order of the index, and sorts as the ids do: both go with the time.
  const isOfPeriod = (filter.from ?? filter.until) !== undefined && !isNarrow(filter) && filter.agent === undefined;
  const { sort: _, ...wanted } = filter;
  return pageOf(scope, list, wanted, { columns: [isOfPeriod ? "at" : "id"], order: "desc", key: "id" });
}

function conditionsOf(scope: StorageScope, filter: MessageFilter): RawBuilder<boolean>[] {
  const device = filter.device === undefined ? undefined : deviceKey(filter.device);
  const wanted = { device, session: filter.session, agent: filter.agent };
  const same = Object.entries(wanted).flatMap(([column, value]) =>
    value === undefined ? [] : [sql<boolean>`${sql.ref(`messages.${column}`)} = ${value}`],
  );
  const { from, until, role } = filter;
  const isAlone = same.length === 0 && (from ?? until) === undefined;
  const column = isAlone ? sql.ref("messages.role") : unindexed(scope, "messages.role");
  if (role !== undefined) same.push(sql<boolean>`${column} = ${role}`);
  if (from !== undefined) same.push(sql<boolean>`messages.at >= ${from}`);
  if (until !== undefined) same.push(sql<boolean>`messages.at < ${until}`);
  return same;
}

function isNarrow({ device, session }: MessageFilter): boolean {
  return device !== undefined || session !== undefined;
}

/** Keeps messages, in this order, and lets them be found. Gives their ids. */
export async function addMessages(scope: StorageScope, messages: readonly NewMessage[]): Promise<number[]> {
  return inTransaction(scope, async (inner) => {
    const ids: number[] = [];
    for (let at = 0; at < messages.length; at += ROWS_AT_ONCE) {
      ids.push(...(await addSome(inner, messages.slice(at, at + ROWS_AT_ONCE))));
    }
    return ids;
  });
}

/** Of which of these messages there is sound. */
export async function withSound({ db }: StorageScope, messages: readonly number[]): Promise<ReadonlySet<number>> {
  if (messages.length === 0) return new Set();
  const rows = await db.selectFrom("message_audio").select("message").where("message", "in", messages).execute();
  return new Set(rows.map(({ message }) => message));
}

/** The sound of a message; undefined when none was kept. */
export function audioOf({ db }: StorageScope, message: number): Promise<MessageAudio | undefined> {
  return db.selectFrom("message_audio").select(["type", "data"]).where("message", "=", message).executeTakeFirst();
}

/** Removes the sound of messages from before this time; gives of how many. What was said stays. */
export async function removeAudioBefore({ db }: StorageScope, time: number): Promise<number> {
  const last = db.selectFrom("messages").select("id").where("at", "<", Math.floor(time)).orderBy("at", "desc").limit(1);
  const { id } = (await last.executeTakeFirst()) ?? { id: 0 };
  // Ids count up as time goes on: what is older has a smaller one.
  for (let removed = 0; ; ) {
    const old = db.selectFrom("message_audio").select("message").where("message", "<=", id).limit(AUDIO_AT_ONCE);
    const { numDeletedRows } = await db.deleteFrom("message_audio").where("message", "in", old).executeTakeFirst();
    removed += Number(numDeletedRows);
    if (Number(numDeletedRows) < AUDIO_AT_ONCE) return removed;
  }
}

async function addSome({ db, engine }: StorageScope, messages: readonly NewMessage[]): Promise<number[]> {
  if (messages.length === 0) return [];
  const rows = messages.map(({ session, device, agent, role, text, detail, at }) => ({
    ...{ session, device: deviceKey(device), agent, role, text, at: Math.floor(at) },
    detail: detail ? JSON.stringify(detail) : null,
  }));
  // Both databases give the ids in the order of the rows, and ascending; sorting says so.
  const added = await db.insertInto("messages").values(rows).returning("id").execute();
  const ids = added.map(({ id }) => id).sort((a, b) => a - b);
  const texts = messages.map(({ text }, at) => ({ id: ids[at] as number, text }));
  await addToSearch(db as unknown as Kysely<never>, engine, SEARCH, texts);
  const sounds = messages.flatMap(({ audio }, at) => (audio ? [{ message: ids[at] as number, ...audio }] : []));
  for (const sound of sounds) await db.insertInto("message_audio").values(sound).execute();
  return ids;
}

function toRecord(row: Selectable<MessagesTable>): MessageRecord {
  return { ...row, detail: row.detail === null ? null : (JSON.parse(row.detail) as JsonObject) };
}
