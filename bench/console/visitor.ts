import type { ListQuery } from "./list-queries.ts";

const ADA = { name: "Ada", email: "ada@home.lan", password: "a long sentence" };
const GRACE = { name: "Grace", email: "grace@home.lan", password: "a long sentence" };

/** Reads a page of a list; gives how many rows it has, where it says so. */
export type ReadList = (query: ListQuery, page?: number) => Promise<{ readonly total: number | undefined }>;

/** Somebody who is logged in. */
export interface Visitor {
  readonly id: string;
  read(path: string, page?: number): ReturnType<ReadList>;
  post(path: string, body: object): Promise<Response>;
}

/** Makes the first account. */
export function signUp(address: string): Promise<Visitor> {
  return enter(address, "sign-up/email", ADA);
}

export function logInAdministrator(address: string): Promise<Visitor> {
  return enter(address, "sign-in/email", ADA);
}

/** Makes another, which is a user's. */
export async function addOwner(administrator: Visitor): Promise<void> {
  await administrator.post("/api/users", GRACE);
}

export function logInOwner(address: string): Promise<Visitor> {
  return enter(address, "sign-in/email", GRACE);
}

/** Whether nobody has an account there yet. */
export async function needsFirstAccount(address: string): Promise<boolean> {
  const response = await fetch(`${address}/api/setup`);
  return ((await response.json()) as { readonly needsFirstAccount: boolean }).needsFirstAccount;
}

async function enter(address: string, path: string, body: object): Promise<Visitor> {
  const first = await post(`${address}/api/auth/${path}`, body, "");
  const cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const ask = async (list: string) => {
    const response = await fetch(`${address}/api/${list}`, { headers: { Cookie: cookie } });
    if (!response.ok) throw new Error(`${list}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { readonly id?: string; readonly total?: number };
  };
  const { id = "" } = await ask("me");
  return {
    id,
    read: async (list, page) => {
      const { total } = await ask(page === undefined ? list : `${list}${list.includes("?") ? "&" : "?"}page=${page}`);
      return { total };
    },
    post: (to, what) => post(address + to, what, cookie),
  };
}

async function post(url: string, body: object, cookie: string): Promise<Response> {
  const headers = { "Content-Type": "application/json", Cookie: cookie };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response;
}
