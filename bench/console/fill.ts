import { createAgent } from "../../host-server/storage/agents.ts";
import { inTransaction, type Storage } from "../../host-server/storage/storage.ts";
import { seedStorage } from "../storage/seed.ts";

const GROUPS = ["Ground floor", "First floor", "Lobby", "Test"];
const AGENTS = 200;
const CHANGES = 100_000;
const BATCH = 2_000;

/** What a console is filled with. */
export interface Fill {
  readonly devices: number;
  readonly messages: number;
  /** Account that half of the devices belong to. */
  readonly owner: string;
}

/** Fills empty tables as those of a large and busy server. */
export async function fillConsole(storage: Storage, { devices, messages, owner }: Fill): Promise<void> {
  await createAgent(storage, { id: "agent", name: "Agent", settings: {}, owner });
  for (let at = 1; at < AGENTS; at++) {
    await createAgent(storage, { id: `agent-${at}`, name: `Agent ${at}`, settings: { prompt: `I am ${at}.` } });
  }
  await seedStorage(storage, { devices, messages });
  await inTransaction(storage, async ({ db }) => {
    const ids = (await db.selectFrom("devices").select("id").orderBy("id").execute()).map(({ id }) => id);
    const half = ids.filter((_, at) => at % 2 === 0);
    for (let at = 0; at < half.length; at += BATCH) {
      await db
        .updateTable("devices")
        .set({ owner })
        .where("id", "in", half.slice(at, at + BATCH))
        .execute();
    }
    const groups = ids.map((device, at) => ({ device, name: GROUPS[at % GROUPS.length] as string }));
    for (let at = 0; at < groups.length; at += BATCH) {
      await db
        .insertInto("device_groups")
        .values(groups.slice(at, at + BATCH))
        .execute();
    }
    for (let at = 0; at < CHANGES; at += BATCH) {
      const rows = Array.from({ length: BATCH }, (_, offset) => {
        const number = at + offset;
        const common = { actor: `user-${number % 7}@home.lan`, action: number % 3 === 0 ? "update" : "sign-in/email" };
        return { ...common, at: number, entity: "devices", subject: ids[number % ids.length] as string, detail: null };
      });
      await db.insertInto("audit_log").values(rows).execute();
    }
  });
  if (storage.engine === "postgres") await storage.db.executeQuery({ sql: "analyze", parameters: [] } as never);
}
