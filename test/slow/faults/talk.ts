import type { Storage } from "../../../host-server/storage/storage.ts";
import type { FakeDevice } from "../../host-server/fakes/device.ts";
import type { World } from "../../host-server/fakes/world.ts";

/** Has a device ask something, and waits in virtual time until the whole answer was heard; gives whether it was. */
export async function talks({ clock }: Pick<World, "clock">, device: FakeDevice, words: string): Promise<boolean> {
  const before = device.trace.length;
  device.detect(words);
  await clock.advance(6_000);
  const heard = device.trace.slice(before);
  return heard.includes("tts start") && heard.includes("frames") && heard.at(-1) === "tts stop";
}

/** What users have said, as the database has it. */
export async function words({ db }: Storage): Promise<string[]> {
  const rows = await db.selectFrom("messages").select("text").where("role", "=", "user").orderBy("id").execute();
  return rows.map(({ text }) => text);
}

/** Lets real time pass for databases that are other programs, and virtual time with it, until something is so. */
export async function until({ clock }: Pick<World, "clock">, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("it has not become so within a minute");
    await clock.advance(500);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
