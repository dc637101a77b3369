import { randomInt } from "node:crypto";
import { deviceKey } from "../devices.ts";
import { StorageError } from "../errors.ts";
import { inTransaction, type StorageScope, timeOf } from "../storage.ts";

/** ms that a code is good for: as long as the reference's. */
const GOOD_MS = 24 * 3_600_000;
/** Devices that may wait at once; a stranger who makes up more of them has those that wait longest forgotten. */
const MAX_WAITING = 10_000;
/** Codes that are tried until one is free. */
const MAX_TRIES = 20;

/** A device that waits to be bound. */
export interface WaitingDevice {
  /** MAC address in small letters. */
  readonly device: string;
  readonly code: string;
  readonly board: string;
  readonly version: string;
}

/** The code of a device that is to be bound: the same for a day. @throws StorageError `storage-busy` when none is free */
export async function codeFor(
  scope: StorageScope,
  deviceId: string,
  { board, version }: { readonly board: string; readonly version: string },
): Promise<string> {
  const device = deviceKey(deviceId);
  const now = timeOf(scope.clock);
  return inTransaction(scope, async ({ db }) => {
    const known = await db.selectFrom("activation_codes").selectAll().where("device", "=", device).executeTakeFirst();
    if (known && known.created > now - GOOD_MS) {
      if (known.board === board && known.version === version) return known.code;
      const told = { board: board || known.board, version: version || known.version };
      await db.updateTable("activation_codes").set(told).where("device", "=", device).execute();
      return known.code;
    }
    await makeRoom({ ...scope, db }, now);
    await db.deleteFrom("activation_codes").where("device", "=", device).execute();
    const code = await freeCode({ ...scope, db });
    await db.insertInto("activation_codes").values({ device, code, board, version, created: now }).execute();
    return code;
  });
}

/** The device that waits with this code, which is used up; undefined when none does. */
export async function takeCode(scope: StorageScope, code: string): Promise<WaitingDevice | undefined> {
  const since = timeOf(scope.clock) - GOOD_MS;
  return inTransaction(scope, async ({ db }) => {
    const list = db.selectFrom("activation_codes").select(["device", "code", "board", "version"]);
    const found = await list.where("code", "=", code).where("created", ">", since).executeTakeFirst();
    if (found) await db.deleteFrom("activation_codes").where("code", "=", code).execute();
    return found;
  });
}

async function freeCode({ db }: StorageScope): Promise<string> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const code = String(randomInt(1_000_000)).padStart(6, "0");
    const taken = await db.selectFrom("activation_codes").select("device").where("code", "=", code).executeTakeFirst();
    if (!taken) return code;
  }
  throw new StorageError("storage-busy", `storage-busy: no free code in ${MAX_TRIES} tries`);
}

async function makeRoom({ db }: StorageScope, now: number): Promise<void> {
  await db
    .deleteFrom("activation_codes")
    .where("created", "<=", now - GOOD_MS)
    .execute();
  const oldest = db
    .selectFrom("activation_codes")
    .select("device")
    .orderBy("created", "desc")
    .offset(MAX_WAITING - 1);
  const extra = await oldest.limit(100).execute();
  if (extra.length === 0) return;
  const devices = extra.map(({ device }) => device);
  await db.deleteFrom("activation_codes").where("device", "in", devices).execute();
}
