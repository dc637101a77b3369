import { getAgent } from "../storage/agents.ts";
import { getDevice } from "../storage/devices.ts";
import { getSession, type SessionRecord } from "../storage/sessions.ts";
import { isAdministrator, type Principal } from "./accounts/principal.ts";
import { notFound } from "./errors.ts";
import type { ConsoleParts } from "./parts.ts";

type Needs = Pick<ConsoleParts, "storage">;

interface Wanted {
  readonly device?: string | undefined;
  readonly agent?: string | undefined;
  readonly from?: number | undefined;
}

/** What somebody may see of what is wanted: of a device, what was said since it is his. @throws ConsoleError for another's */
export async function seenBy<Filter extends Wanted>(
  { storage }: Needs,
  principal: Principal,
  filter: Filter,
): Promise<Filter> {
  if (isAdministrator(principal)) return filter;
  const { device: id, agent, from } = filter;
  if (agent !== undefined && (await getAgent(storage, agent))?.owner !== principal.id) throw notFound("agent", agent);
  if (id === undefined) return filter;
  const device = await getDevice(storage, id);
  if (device?.owner !== principal.id) throw notFound("device", id);
  return { ...filter, from: Math.max(from ?? 0, device.created) };
}

/** @throws ConsoleError `not-found`, for another's conversation too */
export async function ownSession({ storage }: Needs, principal: Principal, id: string): Promise<SessionRecord> {
  const found = await getSession(storage, id);
  if (!found) throw notFound("session", id);
  if (isAdministrator(principal)) return found;
  const agent = found.agent === null ? undefined : await getAgent(storage, found.agent);
  if (agent?.owner === principal.id) return found;
  const device = await getDevice(storage, found.device);
  // A device that came from somebody else has talked before.
  if (device?.owner !== principal.id || found.started < device.created) throw notFound("session", id);
  return found;
}

/** The number of a message that somebody may read. @throws ConsoleError `not-found`, for another's too */
export async function ownMessage(parts: Needs, principal: Principal, id: string): Promise<number> {
  if (!/^\d{1,15}$/.test(id)) throw notFound("message", id);
  const list = parts.storage.db.selectFrom("messages").select("session").where("id", "=", Number(id));
  const found = await list.executeTakeFirst();
  if (!found) throw notFound("message", id);
  await ownSession(parts, principal, found.session);
  return Number(id);
}
