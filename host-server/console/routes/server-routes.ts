import { z } from "zod";
import { serverFigures, serverState } from "../contract/server.ts";
import { ConsoleError } from "../errors.ts";
import { defineRoute } from "../http/route.ts";
import type { RouteMaker } from "../parts.ts";

/** How the server is, and what it can be told. */
export const serverRoutes: readonly RouteMaker[] = [
  ({ storage, state, restart, figures, clock }) =>
    defineRoute({
      method: "get",
      path: "/api/server",
      access: "administrator",
      summary: "Says how the server is.",
      answer: serverState,
      run: async () => {
        const list = storage.db.selectFrom("devices").select(({ fn }) => fn.countAll<number>().as("devices"));
        const { devices } = await list.executeTakeFirstOrThrow();
        const canRestart = restart !== undefined;
        return {
          ...state(),
          ...figures.now(),
          now: Math.floor(clock.now()),
          devices,
          database: storage.engine,
          canRestart,
        };
      },
    }),
  ({ figures }) =>
    defineRoute({
      method: "get",
      path: "/api/server/figures",
      access: "administrator",
      summary: "Gives the figures of the last hour, minute by minute.",
      answer: serverFigures,
      run: () => ({ points: figures.points }),
    }),
  ({ reload }) =>
    defineRoute({
      method: "post",
      path: "/api/server/reload",
      access: "administrator",
      summary: "Has the server read its configuration anew.",
      answer: z.object({ applied: z.array(z.string()), waiting: z.array(z.string()) }),
      run: () => reload(),
    }),
  ({ restart }) =>
    defineRoute({
      method: "post",
      path: "/api/server/restart",
      access: "administrator",
      summary: "Starts the server anew.",
      run: () => {
        if (!restart) throw new ConsoleError(409, "restart-refused", "server.allow_restart is false");
        restart();
        return { success: true };
      },
    }),
];
