import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Bus } from "../nodes/bus.ts";
import { hashOf } from "../nodes/device-key.ts";
import type { Call, Claim, Claims, Verdict } from "./claims.ts";

/** ms after which a node that has not decided is not waited for: better two answer than nobody. */
const PATIENCE_MS = 3_500;
/** ms that a call from another node may still have its say. */
const CALL_MS = 10_000;

/** Who is there to decide. */
export interface Deciders {
  /** Id of this node. */
  readonly id: string;
  /** Names are the same after each start, ids are not. */
  readonly all: readonly { readonly id: string; readonly name: string }[];
  readonly isUp: boolean;
}

export interface BusClaimsOptions {
  readonly bus: Bus;
  readonly nodes: Deciders;
  readonly clock: Clock;
  /** Decides for the homes that are this node's to decide. */
  readonly local: Claims;
}

/** A call of this node that another one decides. */
interface Asked {
  readonly call: Call;
  cancel: Cancel;
}

/**
 * Decides among several nodes, for the devices of a home may be at different ones: the same node decides for a home each time.
 * Without the others, each decides for its own devices.
 */
export class BusClaims implements Claims {
  readonly #options: BusClaimsOptions;
  readonly #asked = new Map<number, Asked>();
  /** Calls of other nodes that this one decides, by who asked and the number there. */
  readonly #decided = new Map<string, Claim>();
  #count = 0;

  constructor(options: BusClaimsOptions) {
    const { bus, nodes } = options;
    this.#options = options;
    bus.subscribe(`home.ask.${nodes.id}`, (message) => this.#hear(message));
    bus.subscribe(`home.verdict.${nodes.id}`, (message) => this.#take(message));
  }

  meet(home: string, device: string): void {
    const decider = this.#deciderOf(home);
    if (decider === undefined) this.#options.local.meet(home, device);
    else this.#ask(decider, { what: "meet", home, device });
  }

  claim(home: string, call: Call): Claim {
    const decider = this.#deciderOf(home);
    if (decider === undefined) return this.#options.local.claim(home, call);
    const id = ++this.#count;
    const { device, loudness, isSure } = call;
    const cancel = this.#options.clock.schedule(PATIENCE_MS, () => {
      this.#asked.delete(id);
      call.onVerdict("answer");
    });
    this.#asked.set(id, { call, cancel });
    this.#ask(decider, { what: "claim", id, home, device, isSure, ...(loudness !== undefined && { loudness }) });
    return {
      serve: () => this.#ask(decider, { what: "serve", id }),
      withdraw: () => {
        this.#asked.get(id)?.cancel();
        this.#asked.delete(id);
        this.#ask(decider, { what: "withdraw", id });
      },
    };
  }

  /** The node that decides for a home; undefined for this one. */
  #deciderOf(home: string): string | undefined {
    const { nodes } = this.#options;
    if (!nodes.isUp) return undefined;
    const scored = nodes.all.map(({ id, name }) => ({ id, score: hashOf(`${name} ${home}`) }));
    const [first] = scored.sort((one, other) => other.score - one.score);
    return first === undefined || first.id === nodes.id ? undefined : first.id;
  }

  #ask(decider: string, message: JsonObject): void {
    const { bus, nodes } = this.#options;
    bus.publish(`home.ask.${decider}`, { ...message, from: nodes.id });
  }

  #hear(message: JsonObject): void {
    const { what, from, id, home, device } = message;
    const key = `${from} ${id}`;
    if (what === "claim") this.#decide(key, message);
    else if (what === "serve") this.#decided.get(key)?.serve();
    else if (what === "withdraw") this.#forget(key);
    else if (what === "meet") this.#options.local.meet(String(home), String(device));
  }

  #decide(key: string, { from, id, home, device, loudness, isSure }: JsonObject): void {
    const { bus, local, clock } = this.#options;
    const claim = local.claim(String(home), {
      device: String(device),
      loudness: typeof loudness === "number" ? loudness : undefined,
      isSure: isSure === true,
      onVerdict: (verdict) => bus.publish(`home.verdict.${from}`, { id: Number(id), verdict }),
    });
    this.#decided.set(key, claim);
    clock.schedule(CALL_MS, () => this.#decided.delete(key));
  }

  #forget(key: string): void {
    this.#decided.get(key)?.withdraw();
    this.#decided.delete(key);
  }

  #take({ id, verdict }: JsonObject): void {
    const asked = this.#asked.get(Number(id));
    if (!asked) return;
    asked.cancel();
    // Whoever is to answer, and hangs, hears once more: then it has been replaced.
    if (verdict === "silent") this.#asked.delete(Number(id));
    else this.#options.clock.schedule(CALL_MS, () => this.#asked.delete(Number(id)));
    asked.call.onVerdict(verdict as Verdict);
  }
}
