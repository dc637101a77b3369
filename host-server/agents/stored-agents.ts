import type { Cancel } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Log } from "../log.ts";
import type { Storage } from "../storage/storage.ts";
import type { Agent, AgentDirectory } from "./directory.ts";

/** ms between two looks at whether somebody else has changed agents or devices. */
const LOOK_MS = 5_000;

export interface StoredAgentsOptions {
  readonly storage: Storage;
  readonly log: Log;
  /** Called when agents, or the devices that have them, were changed. */
  readonly onChange: () => void;
}

/**
 * The agents of the database, kept in memory: about a hundred bytes for each device that has one. A change by this process or
 * another is seen within five seconds, or at once by `refresh`. While the database is away the last state holds.
 */
export class StoredAgents implements AgentDirectory {
  readonly #options: StoredAgentsOptions;
  #agents: ReadonlyMap<string, Agent> = new Map();
  #devices: ReadonlyMap<string, string> = new Map();
  #stamp = "";
  #cancel: Cancel | undefined;
  #isClosed = false;

  constructor(options: StoredAgentsOptions) {
    this.#options = options;
  }

  agentOf(deviceId: string): Agent | undefined {
    const id = this.#devices.get(deviceId.toLowerCase());
    return id === undefined ? undefined : this.#agents.get(id);
  }

  /** Reads everything, and looks for changes from then on. @throws StorageError */
  async start(): Promise<void> {
    await this.refresh();
    this.#schedule();
  }

  /** Reads what was changed, if anything was. @throws StorageError */
  async refresh(): Promise<void> {
    const stamp = await this.#readStamp();
    if (stamp === this.#stamp) return;
    const { db } = this.#options.storage;
    const agents = await db.selectFrom("agents").select(["id", "name", "settings"]).execute();
    const devices = await db.selectFrom("devices").select(["id", "agent"]).where("agent", "is not", null).execute();
    this.#agents = new Map(agents.map((row) => [row.id, { ...row, settings: JSON.parse(row.settings) as JsonObject }]));
    this.#devices = new Map(devices.map(({ id, agent }) => [id, agent as string]));
    this.#stamp = stamp;
    this.#options.onChange();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#options.storage.clock.schedule(LOOK_MS, () => {
      this.refresh()
        .catch((error: unknown) => this.#options.log.warn({ error }, "agents could not be read: they stay as they are"))
        .finally(() => this.#schedule());
    });
  }

  /** Differs after every change: of a row, or of how many there are. */
  async #readStamp(): Promise<string> {
    const { db } = this.#options.storage;
    const stamps = await Promise.all([
      db
        .selectFrom("agents")
        .select(({ fn }) => [fn.countAll().as("rows"), fn.max("updated").as("last"), fn.sum("version").as("versions")])
        .executeTakeFirst(),
      db
        .selectFrom("devices")
        .select(({ fn }) => [fn.count("agent").as("rows"), fn.max("updated").as("last")])
        .executeTakeFirst(),
    ]);
    return JSON.stringify(stamps);
  }
}
