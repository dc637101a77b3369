import type { Clock } from "../../../protocol/clock.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import type { Firmware } from "../../../simulator/firmware.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";
import type { Network } from "../../../simulator/network.ts";
import type { Disturbance, Life } from "../model/life.ts";
import { DeviceStates } from "./device-states.ts";
import { SERVER_NAME } from "./home-network.ts";
import { type LivedTurn, Person } from "./person.ts";
import type { SpokenPhrase } from "./spoken-phrases.ts";

/** A turn of a device of the fleet. */
export interface FleetTurn extends LivedTurn {
  readonly device: string;
  /** ms from the beginning of the scenario. */
  readonly at: number;
  readonly endedAt: number;
  /** Whether its network failed meanwhile, so that nobody is to blame. */
  readonly isDisturbed: boolean;
}

export interface InhabitantOptions {
  readonly life: Life;
  readonly clock: Clock;
  /** One in memory is disturbed as planned. */
  readonly network: Network;
  readonly firmware: Firmware;
  /** Of the fleet. */
  readonly seed: number;
  readonly phrases: readonly SpokenPhrase[];
  /** ms of the clock: when the scenario begins, and after which nothing new is begun. */
  readonly beginsAt: number;
  readonly endsAt: number;
  /** After its abort nothing new is begun either. */
  readonly signal: AbortSignal;
  readonly onTurn: (turn: FleetTurn) => void;
}

/** ms after a disturbance in which a device may still suffer of it: until its connection is known to be gone, and made anew. */
const AFTERMATH_MS = 45_000;
/** Conversations after which a device has everything that it makes once. */
const WARM_UP = 2;

/** A device, somebody with it, and what its network does to both. */
export class Inhabitant {
  readonly #options: InhabitantOptions;
  readonly #states: DeviceStates;
  readonly device: VirtualDevice;
  #firstSlots: number | undefined;
  /** ms from its start until it was first ready; undefined when it never was. */
  readyMs: number | undefined;

  constructor(options: InhabitantOptions) {
    const { clock, network, firmware, life, seed } = options;
    this.#options = options;
    this.#states = new DeviceStates(clock);
    const onState = (state: string) => this.#states.enter(state);
    this.device = new VirtualDevice({ clock, network, firmware, seed: seed * 1_000_003 + life.number, onState });
  }

  /** Switches it on in time, and talks as planned. */
  async live(): Promise<void> {
    const { life, clock, phrases, endsAt, signal } = this.#options;
    for (const disturbance of life.weather.disturbances) this.#plan(disturbance.at, () => this.#disturb(disturbance));
    await this.#until(life.startsAt);
    const startedAt = clock.now();
    this.device.start();
    if ((await this.#states.reached(["idle"], 120_000)) !== undefined) this.readyMs = clock.now() - startedAt;
    const goesOn = () => !signal.aborted && clock.now() < endsAt;
    const person = new Person(this.device, this.#states, { phrases, goesOn, onTurn: (turn) => this.#tell(turn) });
    for (const [at, conversation] of life.conversations.entries()) {
      await this.#until(conversation.at);
      if (!goesOn()) return;
      await person.converse(conversation);
      if (at + 1 === WARM_UP) this.#firstSlots = this.#liveSlots();
    }
  }

  /** What its heap holds more than after the first conversations; undefined when there were no others. */
  get grownSlots(): number | undefined {
    const first = this.#firstSlots;
    const last = first === undefined || this.#states.now !== "idle" ? undefined : this.#liveSlots();
    return first === undefined || last === undefined ? undefined : last - first;
  }

  /** Whether it is connected or ready to connect. */
  get isReady(): boolean {
    return this.device.isRunning && this.#states.now !== "starting" && this.#states.now !== "activating";
  }

  #liveSlots(): number | undefined {
    if (this.#states.now !== "idle") return undefined;
    this.device.collectGarbage();
    return this.device.stats.heap?.slots;
  }

  #tell(turn: LivedTurn): void {
    const { life, beginsAt, onTurn } = this.#options;
    const [at, endedAt] = [turn.at - beginsAt, turn.endedAt - beginsAt];
    const isDisturbed = life.weather.disturbances.some(
      (one) => one.at <= endedAt && at <= one.at + one.ms + AFTERMATH_MS,
    );
    onTurn({ ...turn, at, endedAt, device: this.device.mac, isDisturbed });
  }

  #disturb({ kind, ms }: Disturbance): void {
    const { network, clock } = this.#options;
    if (!(network instanceof MemoryNetwork) || !this.device.isRunning) return;
    if (kind === "cut") network.cut();
    if (kind === "stall") clock.schedule(ms, network.stall());
    if (kind === "roam") this.#roam(ms);
  }

  /** Out of reach of its access point, and in reach of the next. */
  #roam(ms: number): void {
    const { network, clock } = this.#options;
    const { status } = this.device.hardware;
    const { IP } = status;
    if (IP === undefined || !(network instanceof MemoryNetwork)) return;
    network.cut();
    delete status.IP;
    clock.schedule(ms, () => {
      status.IP = IP;
    });
  }

  /** The server is gone for a while. */
  loseServer(ms: number): void {
    const { network, clock } = this.#options;
    if (!(network instanceof MemoryNetwork)) return;
    const ports = [8000, 8002, 1883].map((port) => network.refuse(SERVER_NAME, port));
    network.cut();
    clock.schedule(ms, () => {
      for (const open of ports) open();
    });
  }

  #plan(at: number, run: () => void): void {
    const { clock, beginsAt } = this.#options;
    clock.schedule(Math.max(0, beginsAt + at - clock.now()), run);
  }

  #until(at: number): Promise<void> {
    const { clock, beginsAt } = this.#options;
    const ms = beginsAt + at - clock.now();
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => this.#plan(at, resolve));
  }
}
