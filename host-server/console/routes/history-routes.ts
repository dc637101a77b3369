import { getAgent } from "../../storage/agents.ts";
import { getDevice } from "../../storage/devices.ts";
import { audioOf, listMessages } from "../../storage/messages.ts";
import { getSession, listSessions, removeSession, type SessionRecord, updateSession } from "../../storage/sessions.ts";
import { isAdministrator, type Principal } from "../accounts/principal.ts";
import { listOf } from "../contract/common.ts";
import { message, messageQuery, session, sessionChange, sessionQuery } from "../contract/history.ts";
import { ConsoleError, notFound } from "../errors.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

type Needs = Pick<ConsoleParts, "storage">;

/** What was said: who owns a device, or the agent of a conversation, may read it. */
export const historyRoutes: readonly RouteMaker[] = [
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/sessions",
      access: "user",
      summary: "Lists conversations.",
      query: sessionQuery,
      answer: listOf(session),
      run: async ({ principal, query: { sort: _, ...filter } }) => {
        const seen = await seenBy(parts, principal, filter);
        const isNamed = filter.device !== undefined || filter.agent !== undefined;
        const owner = isAdministrator(principal) || isNamed ? undefined : principal.id;
        return listSessions(parts.storage, present({ ...seen, owner }));
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/sessions/{id}",
      access: "user",
      summary: "Gives a conversation.",
      answer: session,
      run: ({ principal, params: { id = "" } }) => ownSession(parts, principal, id),
    }),
  (parts) =>
    defineRoute({
      method: "patch",
      path: "/api/sessions/{id}",
      access: "user",
      summary: "Names a conversation.",
      body: sessionChange,
      answer: session,
      run: async ({ principal, params: { id = "" }, body: { title } }) => {
        await ownSession(parts, principal, id);
        await updateSession(parts.storage, id, title);
        return ownSession(parts, principal, id);
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/sessions/{id}",
      access: "user",
      summary: "Removes a conversation with all that was said in it.",
      run: async ({ principal, params: { id = "" } }) => {
        await ownSession(parts, principal, id);
        await removeSession(parts.storage, id);
        return { id };
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/messages",
      access: "user",
      summary: "Lists what was said; users name a conversation, a device or an agent of theirs.",
      query: messageQuery,
      answer: listOf(message),
      run: async ({ principal, query: { sort: _, ...filter } }) => {
        if (filter.session !== undefined) {
          await ownSession(parts, principal, filter.session);
          return listMessages(parts.storage, present(filter));
        }
        const isNamed = isAdministrator(principal) || filter.device !== undefined || filter.agent !== undefined;
        if (!isNamed) throw new ConsoleError(400, "query-invalid", "name a session, a device or an agent", "device");
        return listMessages(parts.storage, present(await seenBy(parts, principal, filter)));
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/messages/{id}/audio",
      access: "user",
      summary: "Gives the sound of a message.",
      run: async ({ principal, params: { id = "" }, context }) => {
        if (!/^\d{1,15}$/.test(id)) throw notFound("message", id);
        const list = parts.storage.db.selectFrom("messages").select("session").where("id", "=", Number(id));
        const found = await list.executeTakeFirst();
        if (!found) throw notFound("message", id);
        await ownSession(parts, principal, found.session);
        const sound = await audioOf(parts.storage, Number(id));
        if (!sound) throw notFound("sound of message", id);
        const body = new Uint8Array(sound.data);
        // The media type is what was kept, never what a page could be made of.
        const type = /^audio\/[\w.+-]+$/.test(sound.type) ? sound.type : "application/octet-stream";
        return context.body(body, 200, { "Content-Type": type, "Content-Length": String(body.byteLength) });
      },
    }),
];

interface Wanted {
  readonly device?: string | undefined;
  readonly agent?: string | undefined;
  readonly from?: number | undefined;
}

/** What somebody may see of what is wanted: of a device, what was said since it is his. @throws ConsoleError for another's */
async function seenBy<Filter extends Wanted>(
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
async function ownSession({ storage }: Needs, principal: Principal, id: string): Promise<SessionRecord> {
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
