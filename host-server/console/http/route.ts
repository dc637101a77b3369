import type { Context } from "hono";
import type { z } from "zod";
import type { Principal } from "../accounts/principal.ts";

/** Who may call a route; `secret`: the reference's server, with the server's secret. */
export type Access = "open" | "user" | "administrator" | "secret";

/** What a route is given: everything is checked. */
export interface RouteRequest<Query, Body> {
  /** Nobody on open routes. */
  readonly principal: Principal;
  /** Of the path, by the names in it. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly context: Context;
}

/** A route of the API as data: who may call it, what it takes, what it gives, what it does. */
export interface Route<Query = unknown, Body = unknown> {
  readonly method: "get" | "post" | "patch" | "delete";
  /** With `{name}` for what varies. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly query?: z.ZodType<Query> | undefined;
  readonly body?: z.ZodType<Body> | undefined;
  /** What the answer is, for the description. */
  readonly answer?: z.ZodType | undefined;
  /** Media type of what it gives where that is no JSON, for the description: `audio/wav`. */
  readonly media?: string;
  /** Whether the body is no JSON: `run` reads it from the context. */
  readonly takesBytes?: boolean;
  /** Whether it changes nothing that the audit log should tell. */
  readonly isQuiet?: boolean;
  /** 200 unless given. */
  readonly status?: 201;
  /** Gives JSON, or a response of its own. @throws ConsoleError, StorageError */
  run(request: RouteRequest<Query, Body>): Promise<unknown> | unknown;
}

/** Declares a route. */
export function defineRoute<Query = undefined, Body = undefined>(route: Route<Query, Body>): Route {
  return route as unknown as Route;
}
