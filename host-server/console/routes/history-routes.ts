import { audioOf, listMessages, withSound } from "../../storage/messages.ts";
import { listSessions, removeSession, updateSession } from "../../storage/sessions.ts";
import { isAdministrator } from "../accounts/principal.ts";
import { listOf } from "../contract/common.ts";
import { message, messageQuery, session, sessionChange, sessionQuery } from "../contract/history.ts";
import { ownMessage, ownSession, seenBy } from "../conversations.ts";
import { ConsoleError, notFound } from "../errors.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

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
          return shown(parts, present(filter));
        }
        const isNamed = isAdministrator(principal) || filter.device !== undefined || filter.agent !== undefined;
        if (!isNamed) throw new ConsoleError(400, "query-invalid", "name a session, a device or an agent", "device");
        return shown(parts, present(await seenBy(parts, principal, filter)));
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/messages/{id}/audio",
      access: "user",
      summary: "Gives the sound of a message.",
      media: "audio/ogg",
      run: async ({ principal, params: { id = "" }, context }) => {
        const sound = await audioOf(parts.storage, await ownMessage(parts, principal, id));
        if (!sound) throw notFound("sound of message", id);
        const body = new Uint8Array(sound.data);
        // The media type is what was kept, never what a page could be made of.
        const type = /^audio\/[\w.+-]+$/.test(sound.type) ? sound.type : "application/octet-stream";
        return context.body(body, 200, { "Content-Type": type, "Content-Length": String(body.byteLength) });
      },
    }),
];

/** What was said, as the API shows it. */
async function shown({ storage }: ConsoleParts, filter: Parameters<typeof listMessages>[1]) {
  const page = await listMessages(storage, filter);
  const sounds = await withSound(
    storage,
    page.rows.map(({ id }) => id),
  );
  return { ...page, rows: page.rows.map((row) => ({ ...row, hasAudio: sounds.has(row.id) })) };
}
