import { isSecretKey } from "../../config/secrets/secret-names.ts";
import { listParameters, type ParameterRecord, removeParameter, setParameter } from "../../storage/parameters.ts";
import { listOf, SECRET_MASK } from "../contract/common.ts";
import { newParameter, type Parameter, parameter, parameterChange, parameterQuery } from "../contract/models.ts";
import { ConsoleError, notFound } from "../errors.ts";
import { present } from "../http/present.ts";
import { defineRoute } from "../http/route.ts";
import { checkParameter } from "../models/check-parameter.ts";
import type { ConsoleParts, RouteMaker } from "../parts.ts";

/** Settings of the whole server that lie over those of its file. */
export const parameterRoutes: readonly RouteMaker[] = [
  ({ storage }) =>
    defineRoute({
      method: "get",
      path: "/api/parameters",
      access: "administrator",
      summary: "Lists settings of the server.",
      query: parameterQuery,
      answer: listOf(parameter),
      run: async ({ query: { sort, ...filter } }) => {
        const column = sort === "updated" ? ("updated" as const) : ("key" as const);
        const page = await listParameters(storage, present({ ...filter, sort: column }));
        return { ...page, rows: page.rows.map(shown) };
      },
    }),
  (parts) =>
    defineRoute({
      method: "post",
      path: "/api/parameters",
      access: "administrator",
      summary: "Sets a setting of the server.",
      body: newParameter,
      answer: parameter,
      status: 201,
      run: async ({ body: { id, value, note } }) => {
        if (await find(parts, id)) throw new ConsoleError(409, "storage-conflict", `${id} is set already`, "id");
        checkParameter(parts, id, value);
        await setParameter(parts.storage, id, { value, note });
        await parts.refreshAgents();
        return shown(await parameterOf(parts, id));
      },
    }),
  (parts) =>
    defineRoute({
      method: "get",
      path: "/api/parameters/{id}",
      access: "administrator",
      summary: "Gives a setting of the server.",
      answer: parameter,
      run: async ({ params: { id = "" } }) => shown(await parameterOf(parts, id)),
    }),
  (parts) =>
    defineRoute({
      method: "patch",
      path: "/api/parameters/{id}",
      access: "administrator",
      summary: "Changes a setting of the server.",
      body: parameterChange,
      answer: parameter,
      run: async ({ params: { id = "" }, body: { value, note } }) => {
        const before = await parameterOf(parts, id);
        const next = value === undefined || value === SECRET_MASK ? before.value : value;
        checkParameter(parts, id, next);
        await setParameter(parts.storage, id, present({ value: next, note }));
        await parts.refreshAgents();
        return shown(await parameterOf(parts, id));
      },
    }),
  (parts) =>
    defineRoute({
      method: "delete",
      path: "/api/parameters/{id}",
      access: "administrator",
      summary: "Lets the server's file say it again.",
      run: async ({ params: { id = "" } }) => {
        if (!(await removeParameter(parts.storage, id))) throw notFound("parameter", id);
        await parts.refreshAgents();
        return { id };
      },
    }),
];

function find({ storage }: Pick<ConsoleParts, "storage">, key: string): Promise<ParameterRecord | undefined> {
  return storage.db.selectFrom("parameters").selectAll().where("key", "=", key).executeTakeFirst();
}

async function parameterOf(parts: Pick<ConsoleParts, "storage">, key: string): Promise<ParameterRecord> {
  const found = await find(parts, key);
  if (!found) throw notFound("parameter", key);
  return found;
}

function shown({ key, value, note, updated }: ParameterRecord): Parameter {
  return {
    id: key,
    value: isSecretKey(key.split(".").at(-1) ?? "") && value !== "" ? SECRET_MASK : value,
    note,
    updated,
  };
}
