import type { Selectable } from "kysely";
import { type Page, type PageQuery, pageOf } from "../page.ts";
import { type StorageScope, timeOf } from "../storage.ts";
import type { FirmwareTable } from "../tables.ts";

/** An image as it is kept. */
export interface FirmwareRecord extends Omit<Selectable<FirmwareTable>, "groups"> {
  readonly groups: readonly string[];
}

type FirmwareColumn = "uploaded" | "board" | "version" | "id";

/** Which images are wanted. */
export interface FirmwareFilter extends PageQuery<FirmwareColumn> {
  readonly board?: string;
  readonly ids?: readonly string[];
}

/** How far an image has gone. */
export interface FirmwareProgress {
  readonly devices: number;
  readonly offered: number;
  readonly installed: number;
}

/** A list of images, the newest first unless sorted otherwise. */
export async function listFirmware(scope: StorageScope, filter: FirmwareFilter = {}): Promise<Page<FirmwareRecord>> {
  const { board, ids } = filter;
  let list = scope.db.selectFrom("firmware");
  if (board !== undefined) list = list.where("board", "=", board);
  if (ids) list = list.where("id", "in", ids.length === 0 ? [""] : ids);
  const order = { columns: ["uploaded", "board", "version", "id"], order: "desc", key: "id" } as const;
  const page = await pageOf<Selectable<FirmwareTable>, FirmwareColumn>(scope, list, filter, order);
  return { ...page, rows: page.rows.map(toRecord) };
}

/** One image; undefined when there is none. */
export async function getFirmware({ db }: StorageScope, id: string): Promise<FirmwareRecord | undefined> {
  const row = await db.selectFrom("firmware").selectAll().where("id", "=", id).executeTakeFirst();
  return row && toRecord(row);
}

/** All images of a board. */
export async function firmwareOf({ db }: StorageScope, board: string): Promise<FirmwareRecord[]> {
  return (await db.selectFrom("firmware").selectAll().where("board", "=", board).execute()).map(toRecord);
}

/** Keeps what an image is. @throws StorageError `storage-conflict` when there is one of this name */
export async function createFirmware(
  { db, clock }: StorageScope,
  image: Pick<FirmwareRecord, "id" | "board" | "version" | "project" | "bytes" | "sha256" | "note">,
): Promise<void> {
  const row = { ...image, uploaded: timeOf(clock), state: null, percent: 100, groups: "[]", started: 0 };
  await db.insertInto("firmware").values(row).execute();
}

/** Changes what is done with an image; gives whether there is one. */
export async function updateFirmware(
  { db }: StorageScope,
  id: string,
  { groups, ...change }: Partial<Pick<FirmwareRecord, "note" | "state" | "percent" | "groups" | "started">>,
): Promise<boolean> {
  const values = { ...change, ...(groups && { groups: JSON.stringify(groups) }) };
  const { numUpdatedRows } = await db.updateTable("firmware").set(values).where("id", "=", id).executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Forgets an image; gives whether there was one. */
export async function removeFirmware({ db }: StorageScope, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("firmware").where("id", "=", id).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Notes that a device was told of an image. */
export async function noteOffer(
  { db, clock }: StorageScope,
  { firmware, device, previous }: { readonly firmware: string; readonly device: string; readonly previous: string },
): Promise<void> {
  const row = { firmware, device, previous, offered: timeOf(clock), installed: null };
  await db
    .insertInto("firmware_offers")
    .values(row)
    .onConflict((known) => known.columns(["firmware", "device"]).doNothing())
    .execute();
}

/** Notes that a device has an image that it was told of. */
export async function noteInstalled({ db, clock }: StorageScope, firmware: string, device: string): Promise<void> {
  await db
    .updateTable("firmware_offers")
    .set({ installed: timeOf(clock) })
    .where("firmware", "=", firmware)
    .where("device", "=", device)
    .where("installed", "is", null)
    .execute();
}

/** How many devices there are for an image, and how far it has gone. */
export async function progressOf({ db }: StorageScope, { id, board }: FirmwareRecord): Promise<FirmwareProgress> {
  const [all, told] = await Promise.all([
    db
      .selectFrom("devices")
      .select(({ fn }) => fn.countAll<number>().as("devices"))
      .where("board", "=", board)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom("firmware_offers")
      .select(({ fn }) => [fn.countAll<number>().as("offered"), fn.count<number>("installed").as("installed")])
      .where("firmware", "=", id)
      .executeTakeFirstOrThrow(),
  ]);
  return { ...all, ...told };
}

function toRecord({ groups, ...row }: Selectable<FirmwareTable>): FirmwareRecord {
  return { ...row, groups: JSON.parse(groups) as string[] };
}
