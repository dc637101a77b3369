import { type Selectable, sql } from "kysely";
import { contains, type Page, type PageQuery, pageOf } from "./page.ts";
import { type StorageScope, timeOf } from "./storage.ts";
import type { DevicesTable } from "./tables.ts";

/** A device as it is kept. */
export type DeviceRecord = Selectable<DevicesTable>;

/** What is known of a device; what is left out is empty at first, and stays afterwards. */
export interface DeviceValues {
  readonly alias?: string;
  readonly board?: string;
  readonly version?: string;
  /** Id of its agent; null for none. */
  readonly agent?: string | null;
  readonly owner?: string | null;
  /** Whether it takes new firmware by itself. */
  readonly updates?: boolean;
}

type DeviceColumn = "seen" | "id" | "alias" | "board" | "version" | "created";

/** Which devices are wanted. */
export interface DeviceFilter extends PageQuery<DeviceColumn> {
  /** A piece of the alias or of the id. */
  readonly search?: string;
  readonly agent?: string;
  readonly owner?: string;
  readonly board?: string;
  readonly group?: string;
  /** Those of these ids: for what only the running server knows, as who is connected. */
  readonly ids?: readonly string[];
  /** All but these. */
  readonly notIds?: readonly string[];
}

/** What a device is kept by: its id in small letters. */
export function deviceKey(deviceId: string): string {
  return deviceId.toLowerCase();
}

/** A list of devices, those seen last first unless sorted otherwise. */
export function listDevices(scope: StorageScope, filter: DeviceFilter = {}): Promise<Page<DeviceRecord>> {
  const { search, group, ids, notIds = [] } = filter;
  let list = scope.db.selectFrom("devices");
  if (search) list = list.where((is) => is.or([contains("alias", search), contains("id", search)]));
  for (const column of ["agent", "owner", "board"] as const) {
    const value = filter[column];
    if (value !== undefined) list = list.where(column, "=", value);
  }
  if (group !== undefined) {
    list = list.where("id", "in", ({ selectFrom }) =>
      selectFrom("device_groups").select("device").where("name", "=", group),
    );
  }
  // PostgreSQL takes no empty list.
  if (ids) list = list.where("id", "in", ids.length === 0 ? [""] : ids.map(deviceKey));
  if (notIds.length > 0) list = list.where("id", "not in", notIds.map(deviceKey));
  const columns = ["seen", "id", "alias", "board", "version", "created"] as const;
  return pageOf<DeviceRecord, DeviceColumn>(scope, list, filter, { columns, order: "desc", key: "id" });
}

/** One device, whatever the case of the letters in its id; undefined when it is not known. */
export function getDevice({ db }: StorageScope, deviceId: string): Promise<DeviceRecord | undefined> {
  return db.selectFrom("devices").selectAll().where("id", "=", deviceKey(deviceId)).executeTakeFirst();
}

/**
 * Keeps a new device. @throws StorageError `storage-conflict` when it is known, `storage-reference` when there is no such agent
 */
export async function createDevice(
  { db, clock }: StorageScope,
  deviceId: string,
  values: DeviceValues = {},
): Promise<DeviceRecord> {
  const { alias = "", board = "", version = "", agent = null, owner = null, updates = true } = values;
  const now = timeOf(clock);
  const id = deviceKey(deviceId);
  const known = { alias, board, version, agent, owner, updates: updates ? 1 : 0 } as const;
  const row = { id, ...known, seen: 0, access_from: 0, created: now, updated: now };
  await db.insertInto("devices").values(row).execute();
  return row;
}

/** Changes a device; gives whether it is known. @throws StorageError `storage-reference` when there is no such agent */
export async function updateDevice(
  { db, clock }: StorageScope,
  deviceId: string,
  { updates, ...values }: DeviceValues,
): Promise<boolean> {
  const change = { ...values, ...(updates !== undefined && ({ updates: updates ? 1 : 0 } as const)) };
  const { numUpdatedRows } = await db
    .updateTable("devices")
    .set({ ...change, updated: timeOf(clock) })
    .where("id", "=", deviceKey(deviceId))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Makes worthless what a device was given to log in with until now; gives whether it is known. */
export async function revokeAccess({ db, clock }: StorageScope, deviceId: string): Promise<boolean> {
  const now = timeOf(clock);
  const { numUpdatedRows } = await db
    .updateTable("devices")
    .set({ access_from: now, updated: now })
    .where("id", "=", deviceKey(deviceId))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Forgets a device; what was said stays. Gives whether it was known. */
export async function removeDevice({ db }: StorageScope, deviceId: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom("devices").where("id", "=", deviceKey(deviceId)).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Rows of one statement: databases bound the values that one may have. */
const SEEN_AT_ONCE = 500;

/** Notes that devices were here, at these times; those that are not known are left alone. */
export async function noteSeen({ db }: StorageScope, seen: ReadonlyMap<string, number>): Promise<void> {
  const latest = new Map<string, number>();
  for (const [device, at] of seen) {
    latest.set(deviceKey(device), Math.max(Math.floor(at), latest.get(deviceKey(device)) ?? 0));
  }
  // In the order of their ids: servers that note the same devices at once wait for each other, never in a circle.
  const rows = [...latest].sort(([a], [b]) => (a < b ? -1 : 1));
  for (let from = 0; from < rows.length; from += SEEN_AT_ONCE) {
    const values = rows
      .slice(from, from + SEEN_AT_ONCE)
      .map(([id, at]) => sql`(cast(${id} as text), cast(${at} as bigint))`);
    // Both databases call the columns of a list of values so.
    await sql`update devices set seen = list.column2 from (values ${sql.join(values)}) as list
      where devices.id = list.column1 and devices.seen < list.column2`.execute(db);
  }
}
