import { Agent, request } from "node:http";
import type { VirtualClock } from "../../../simulator/clock.ts";
import type { AirNetwork } from "../../../simulator/device/air.ts";
import { MemoryStore } from "../../../simulator/device/settings-store.ts";
import type { Network } from "../../../simulator/network.ts";
import { createWorld, type WorldOptions } from "../world.ts";

export interface PhoneAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** Somebody's phone in the device's own network. */
export class Phone {
  readonly #clock: VirtualClock;
  readonly #network: Network;
  readonly #agent: Agent;

  constructor(clock: VirtualClock, network: Network) {
    this.#clock = clock;
    this.#network = network;
    this.#agent = new Agent({ keepAlive: false });
    this.#agent.createConnection = () => this.#network.connect({ host: "192.168.4.1", port: 80 }) as never;
  }

  /** One call of the page; a body makes it a POST. */
  ask(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<PhoneAnswer> {
    return this.#clock.run(this.send(path, body, headers));
  }

  /** As `ask`, while somebody else lets time pass. */
  send(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<PhoneAnswer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const method = body === undefined ? "GET" : "POST";
    return new Promise<PhoneAnswer>((resolve, reject) => {
      const bytes = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(text)) };
      const options = { agent: this.#agent, method, path, headers: { Host: "192.168.4.1", ...bytes, ...headers } };
      const call = request(options, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode = 0, headers: answered } = response;
          resolve({ status: statusCode, headers: answered, text: Buffer.concat(parts).toString() });
        });
      });
      call.on("error", reject);
      call.end(body === undefined ? undefined : text);
    });
  }

  async json<T = Record<string, unknown>>(path: string, body?: unknown): Promise<T> {
    return JSON.parse((await this.ask(path, body)).text) as T;
  }
}

export const HOME: AirNetwork = { ssid: "Home", password: "correct horse", rssi: -48 };

/** A device among wireless networks, in none of them, with those names saved. */
export async function createAirWorld(
  air: readonly AirNetwork[],
  saved: readonly AirNetwork[] = [],
  options: WorldOptions = {},
) {
  const store = new MemoryStore();
  saved.forEach(({ ssid, password = "" }, index) => {
    const place = index === 0 ? "" : String(index);
    store.set("wifi", `ssid${place}`, { format: "string", value: ssid });
    store.set("wifi", `password${place}`, { format: "string", value: password });
  });
  const world = await createWorld({ store, air, ...options });
  const phone = new Phone(world.clock, world.network);
  const { device, clock } = world;
  const start = async (state: string) => {
    device.start();
    await clock.run(device.reached(state));
  };
  /** Saved names as they lie in the settings. */
  const savedNames = () =>
    ["", ..."123456789"].map((place) => store.get("wifi", `ssid${place}`)?.value ?? "").filter((name) => name !== "");
  return { ...world, store, phone, start, savedNames, wifi: device.hardware.wifi };
}
