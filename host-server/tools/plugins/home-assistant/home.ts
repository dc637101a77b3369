import { z } from "zod";
import { ToolError } from "../../../errors.ts";
import type { Web } from "../../web.ts";
import { parsed } from "../parsed.ts";

/** What `home_assistant` in the configuration says. */
export interface HomeSettings {
  readonly url: string;
  readonly token: string;
  /** What may be read and switched: `room,name,entity id`, as the reference writes it. */
  readonly devices: readonly string[];
}

const ENTITY = /^[a-z_]+\.[a-z0-9_]+$/;

const state = z.object({
  state: z.string(),
  attributes: z.record(z.string(), z.unknown()).default({}),
});

/** What a device of the home is like now. */
export type EntityState = z.output<typeof state>;

/** A home, as its REST API shows it; only the devices of the settings can be reached. */
export class Home {
  readonly #web: Web;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #names = new Map<string, string>();

  constructor({ url, token, devices }: HomeSettings, web: Web) {
    this.#web = web;
    this.#url = url.replace(/\/+$/, "");
    this.#headers = { Authorization: `Bearer ${token}` };
    for (const device of devices) {
      const parts = device.split(",").map((part) => part.trim());
      this.#names.set(parts.at(-1) ?? "", parts.slice(0, -1).join(" "));
    }
  }

  /** The devices for a model: `客厅 玩具灯: switch.toy_lamp; …`. */
  get list(): string {
    return [...this.#names].map(([entity, name]) => `${name || entity}: ${entity}`).join("; ");
  }

  /** How a device is called. @throws ToolError `home-device` for one that is not among those of the settings */
  nameOf(entity: string): string {
    const name = ENTITY.test(entity) ? this.#names.get(entity) : undefined;
    if (name === undefined) {
      throw new ToolError("home-device", `"${entity.slice(0, 60)}" is not among home_assistant.devices: ${this.list}`);
    }
    return name || entity;
  }

  /** @throws ToolError, also for a device that the home does not know */
  async stateOf(entity: string, signal: AbortSignal): Promise<EntityState> {
    this.nameOf(entity);
    const url = `${this.#url}/api/states/${entity}`;
    return parsed(state, await this.#web.json(url, { headers: this.#headers, signal }), this.#url);
  }

  /** Calls a service of the home. @throws ToolError */
  async call(service: `${string}/${string}`, data: { readonly entity_id: string }, signal: AbortSignal): Promise<void> {
    this.nameOf(data.entity_id);
    await this.#web.text(`${this.#url}/api/services/${service}`, { headers: this.#headers, body: data, signal });
  }
}
