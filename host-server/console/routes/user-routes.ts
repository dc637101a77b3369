import {
  countUsers,
  getUser,
  listUsers,
  removeSecondFactor,
  removeUser,
  type UserRecord,
} from "../../storage/accounts/users.ts";
import { checkPassword } from "../accounts/password-rules.ts";
import { account, accountChange, accountQuery, newAccount } from "../contract/accounts.ts";
import { listOf } from "../contract/common.ts";
import { ConsoleError, notFound } from "../errors.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

const SORTS: Readonly<Record<string, "name" | "email" | "role" | "createdAt">> = {
  name: "name",
  email: "email",
  role: "role",
  created: "createdAt",
};

/** The accounts, for administrators. */
export const userRoutes: readonly RouteMaker[] = [
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/users",
      access: "administrator",
      summary: "Lists accounts.",
      query: accountQuery,
      answer: listOf(account),
      run: ({ query: { sort, ...filter } }) => listUsers(storage, present({ ...filter, sort: SORTS[sort ?? ""] })),
    }),
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/users/{id}",
      access: "administrator",
      summary: "Gives an account.",
      answer: account,
      run: ({ params: { id = "" } }) => userOf({ storage }, id),
    }),
  ({ storage, accounts, config }) =>
    defineRoute({
      method: "post",
      path: "/api/users",
      access: "administrator",
      summary: "Makes an account.",
      body: newAccount,
      answer: account,
      status: 201,
      run: async ({ body }) => {
        checkPassword(body.password, config().console.password_length, [body.name, body.email]);
        const known = await storage.db.selectFrom("users").select("id").where("email", "=", body.email.toLowerCase());
        if (await known.executeTakeFirst())
          throw new ConsoleError(409, "storage-conflict", "this e-mail has an account");
        const { id } = await (await accounts.auth).createUser({ ...body, email: body.email.toLowerCase() });
        return userOf({ storage }, id);
      },
    }),
  ({ storage, accounts, config }) =>
    defineRoute({
      method: "patch",
      path: "/api/users/{id}",
      access: "administrator",
      summary: "Changes an account; with a new password, or blocked, its logins end.",
      body: accountChange,
      answer: account,
      run: async ({ params: { id = "" }, body: { password, isBlocked: blocked, hasSecondFactor, ...change } }) => {
        const before = await userOf({ storage }, id);
        if (change.role === "user" || blocked) await keepOneAdministrator({ storage }, before);
        if (password !== undefined)
          checkPassword(password, config().console.password_length, [before.name, before.email]);
        const auth = await accounts.auth;
        const values = present({ ...change, blocked });
        if (Object.keys(values).length > 0) await auth.updateUser(id, values);
        if (hasSecondFactor === false) await removeSecondFactor(storage, id);
        if (password !== undefined) await auth.setPassword(id, password);
        else if (blocked) await auth.endSessions(id);
        return userOf({ storage }, id);
      },
    }),
  ({ storage }) =>
    defineRoute({
      method: "delete",
      path: "/api/users/{id}",
      access: "administrator",
      summary: "Removes an account; what it owned is nobody's.",
      run: async ({ params: { id = "" } }) => {
        await keepOneAdministrator({ storage }, await userOf({ storage }, id));
        await removeUser(storage, id);
        return { id };
      },
    }),
];

async function userOf({ storage }: Pick<ConsoleParts, "storage">, id: string): Promise<UserRecord> {
  const user = await getUser(storage, id);
  if (!user) throw notFound("account", id);
  return user;
}

/** @throws ConsoleError when nobody would be left who may do this */
async function keepOneAdministrator({ storage }: Pick<ConsoleParts, "storage">, user: UserRecord): Promise<void> {
  if (user.role !== "administrator" || user.isBlocked || (await countUsers(storage, "administrator")) > 1) return;
  throw new ConsoleError(409, "last-administrator", `${user.email} is the only administrator`);
}
