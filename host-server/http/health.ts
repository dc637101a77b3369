import type { Hono } from "hono";
import { sql } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import type { Storage } from "../storage/storage.ts";
import { within } from "../time-limit.ts";

/** ms that the database has to answer. */
const DATABASE_MS = 2_000;

/** Where the server stands between its start and its end. */
export type LifeState = "starting" | "ready" | "stopping";

/** What is asked, and with what. */
export interface HealthOptions {
  readonly clock: Clock;
  /** The database, where there is one. */
  readonly storage: Storage | undefined;
  /** Whether the other nodes can be reached; undefined for a server that is alone. */
  readonly isNatsUp?: (() => boolean) | undefined;
}

/**
 * Answers those who watch the server: `/healthz` as long as the process answers at all, `/readyz` when it can take devices. A
 * server whose database does not answer goes on talking, but is not ready: others may have a better way to it. Without NATS it
 * is ready, and says so: it serves its own devices as before, and none of the others would be better off.
 */
export class Health {
  readonly #options: HealthOptions;
  state: LifeState = "starting";

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Adds both paths. They tell nothing that needs a login. */
  mount(app: Hono): void {
    app.get("/healthz", (context) => context.json({ status: "ok" }));
    app.get("/readyz", async (context) => {
      const database = await this.#database();
      const isReady = this.state === "ready" && database !== "unreachable";
      const { isNatsUp } = this.#options;
      const nats = isNatsUp && { nats: isNatsUp() ? "ok" : "unreachable" };
      return context.json({ status: this.state, database, ...nats }, isReady ? 200 : 503);
    });
  }

  async #database(): Promise<"none" | "ok" | "unreachable"> {
    const { storage, clock } = this.#options;
    if (!storage) return "none";
    const error = () => new Error("the database does not answer");
    const asked = within(sql`select 1`.execute(storage.db), { clock, ms: DATABASE_MS, error });
    return asked.then(
      () => "ok" as const,
      () => "unreachable" as const,
    );
  }
}
