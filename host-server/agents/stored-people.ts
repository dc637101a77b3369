import type { StorageScope } from "../storage/storage.ts";

/** Whom each agent of the database knows by their voices, as the key `voiceprint.speakers` has them: `id,name,description`. */
export async function readPeople({ db }: StorageScope): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .selectFrom("voiceprints")
    .select(["id", "agent", "name", "description"])
    .orderBy("name")
    .orderBy("id")
    .execute();
  const people = new Map<string, string[]>();
  for (const { id, agent, name, description } of rows) {
    // A comma ends the name.
    const person = `${id},${name.replaceAll(",", " ")},${description}`;
    people.set(agent, [...(people.get(agent) ?? []), person]);
  }
  return people;
}
