import type { Cancel } from "../../protocol/clock.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import { NOTHING_STORED, type StoredConfig, type StoredModel } from "../config/stored-config.ts";
import type { Log } from "../log.ts";
import type { Storage } from "../storage/storage.ts";
import type { Agent, AgentDirectory } from "./directory.ts";
import { readStoredConfig } from "./stored-config.ts";
import { readPeople } from "./stored-people.ts";

/** ms between two looks at whether somebody else has changed agents or devices. */
const LOOK_MS = 5_000;

export interface StoredAgentsOptions {
  readonly storage: Storage;
  readonly log: Log;
  /** What the configuration was made of that is in use. */
  readonly stored?: StoredConfig | undefined;
  /** Called when agents, their models, or the devices that have them, were changed. */
  readonly onChange: () => void;
  /** Called when the configuration of the server is to be made anew. */
  readonly onStored: (stored: StoredConfig) => void;
}

/** Whose a device is. */
interface BoundDevice {
  readonly agent: string | null;
  readonly owner: string | null;
  /** What it was given to log in with before this time (ms) is good no more. */
  readonly access_from: number;
}

/**
 * The agents of the database, kept in memory: about a hundred bytes for each device that has one. A change by this process or
 * another is seen within five seconds, or at once by `refresh`. While the database is away the last state holds.
 */
export class StoredAgents implements AgentDirectory {
  readonly #options: StoredAgentsOptions;
  #agents: ReadonlyMap<string, Agent> = new Map();
  #stored: StoredConfig;
  /** Devices that somebody has bound, or taken the access from. */
  #devices: ReadonlyMap<string, BoundDevice> = new Map();
  #stamp = "";
  #cancel: Cancel | undefined;
  #isClosed = false;

  constructor(options: StoredAgentsOptions) {
    this.#options = options;
    this.#stored = options.stored ?? NOTHING_STORED;
  }

  /** A model of the database; undefined when there is none of this id. */
  model(id: string): StoredModel | undefined {
    return this.#stored.models.find((model) => model.id === id);
  }

  /** An agent of the database; undefined when there is none of this id. */
  agent(id: string): Agent | undefined {
    return this.#agents.get(id);
  }

  agentOf(deviceId: string): Agent | undefined {
    const id = this.#devices.get(deviceId.toLowerCase())?.agent ?? null;
    return id === null ? undefined : this.#agents.get(id);
  }

  /** Whether a device is somebody's. */
  isBound(deviceId: string): boolean {
    const device = this.#devices.get(deviceId.toLowerCase());
    return device !== undefined && (device.agent !== null || device.owner !== null);
  }

  /** From when on (ms) what a device was given to log in with is good; 0: always. */
  accessFrom(deviceId: string): number {
    return this.#devices.get(deviceId.toLowerCase())?.access_from ?? 0;
  }

  /** The account that a device belongs to; undefined for nobody's. */
  ownerOf(deviceId: string): string | undefined {
    return this.#devices.get(deviceId.toLowerCase())?.owner ?? undefined;
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
    const devices = await db
      .selectFrom("devices")
      .select(["id", "agent", "owner", "access_from"])
      .where((is) => is.or([is("agent", "is not", null), is("owner", "is not", null), is("access_from", ">", 0)]))
      .execute();
    const people = await readPeople(this.#options.storage);
    this.#agents = new Map(
      agents.map((row) => [row.id, { ...row, settings: withPeople(JSON.parse(row.settings), people.get(row.id)) }]),
    );
    const before = this.#stored;
    this.#stored = await readStoredConfig(this.#options.storage);
    this.#devices = new Map(devices.map(({ id, ...bound }) => [id, bound]));
    this.#stamp = stamp;
    this.#options.onChange();
    if (concernsServer(before) !== concernsServer(this.#stored)) this.#options.onStored(this.#stored);
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
        .select(({ fn }) => [
          fn.count("agent").as("rows"),
          fn.count("owner").as("owned"),
          fn.max("updated").as("last"),
          fn.max("access_from").as("revoked"),
        ])
        .executeTakeFirst(),
      db
        .selectFrom("models")
        .select(({ fn }) => [
          fn.countAll().as("rows"),
          fn.max("updated").as("last"),
          fn.sum("preferred").as("preferred"),
        ])
        .executeTakeFirst(),
      db
        .selectFrom("voiceprints")
        .select(({ fn }) => [fn.countAll().as("rows"), fn.max("updated").as("last")])
        .executeTakeFirst(),
      db
        .selectFrom("parameters")
        .select(({ fn }) => [fn.countAll().as("rows"), fn.max("updated").as("last")])
        .executeTakeFirst(),
    ]);
    return JSON.stringify(stamps);
  }
}

/** An agent's settings with whom it knows, unless they say so themselves. */
function withPeople(settings: JsonObject, people: readonly string[] | undefined): JsonObject {
  const own = settings["voiceprint"];
  if (people === undefined || (isObject(own) && own["speakers"] !== undefined)) return settings;
  return { ...settings, voiceprint: { ...(isObject(own) && own), speakers: people } };
}

/** What the server itself has of it, beside its agents. */
function concernsServer({ parameters, models }: StoredConfig): string {
  return JSON.stringify([parameters, models.filter(({ isPreferred, isEnabled }) => isPreferred && isEnabled)]);
}
