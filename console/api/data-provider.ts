import { type DataProvider, HttpError, type RaRecord } from "react-admin";
import { changesOf } from "./changes.ts";
import { queryOf, RequestError, request } from "./request.ts";
import { WORDED } from "./worded.ts";

/** Lists of these can be asked for by ids. */
const WITH_IDS = ["devices", "agents", "firmware"];

interface ListAnswer {
  readonly rows: RaRecord[];
  readonly total: number;
  readonly isCounted: boolean;
}

/** Asks the server; a refusal names the text that says it, and the field that is wrong. */
async function ask<Answer>(...args: Parameters<typeof request>): Promise<Answer> {
  try {
    return await request<Answer>(...args);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const errors = error.field === undefined ? undefined : { [error.field]: error.message };
    const message = WORDED.includes(error.code) ? `refusal.${error.code}` : error.message;
    throw new HttpError(message, error.status, { code: error.code, ...(errors && { errors }) });
  }
}

async function readList(resource: string, query: { readonly [key: string]: unknown }) {
  const answer = await ask<ListAnswer | RaRecord[]>("GET", `${resource}${queryOf(query)}`);
  if (Array.isArray(answer)) return { data: answer, total: answer.length };
  const { rows, total, isCounted } = answer;
  if (isCounted) return { data: rows, total };
  const [page, perPage] = [Number(query["page"]), Number(query["perPage"])];
  return { data: rows, pageInfo: { hasPreviousPage: page > 1, hasNextPage: rows.length === perPage } };
}

const pathOf = (resource: string, id: unknown) => `${resource}/${encodeURIComponent(String(id))}`;

/** What react-admin asks for, in the words of `docs/console-api.md`. */
export const dataProvider = {
  getList: (resource, { pagination, sort, filter }) =>
    readList(resource, { ...pagination, sort: sort?.field, order: sort?.order.toLowerCase(), ...filter }),
  getManyReference: (resource, { pagination, sort, filter, target, id }) =>
    readList(resource, { ...pagination, sort: sort.field, order: sort.order.toLowerCase(), ...filter, [target]: id }),
  getOne: async (resource, { id }) => ({ data: await ask("GET", pathOf(resource, id)) }),
  getMany: async (resource, { ids }) => {
    if (WITH_IDS.includes(resource)) {
      const { data } = await readList(resource, { ids: ids.join(","), perPage: ids.length });
      return { data };
    }
    const found = await Promise.allSettled(ids.map((id) => ask<RaRecord>("GET", pathOf(resource, id))));
    return { data: found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])) };
  },
  create: async (resource, { data }) => ({ data: await ask("POST", resource, data) }),
  update: async (resource, { id, data, previousData }) => ({
    data: await ask("PATCH", pathOf(resource, id), changesOf(resource, data, previousData ?? {})),
  }),
  updateMany: async (resource, { ids, data }) => {
    for (const id of ids) await ask("PATCH", pathOf(resource, id), data);
    return { data: ids };
  },
  delete: async (resource, { id, previousData }) => {
    await ask("DELETE", pathOf(resource, id));
    return { data: previousData ?? { id } };
  },
  deleteMany: async (resource, { ids }) => {
    for (const id of ids) await ask("DELETE", pathOf(resource, id));
    return { data: ids };
  },
} as DataProvider;
