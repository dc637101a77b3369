import type { Clock } from "../../protocol/clock.ts";

/** A server that a gateway may dial. */
export interface ServerChoice {
  /** WebSocket URL with path and query, exactly as it is dialled. */
  readonly url: string;
  /** Its share of the sessions, beside those of the others. */
  readonly weight: number;
  /** Address of its HTTP port; the same host and port 8002 unless given. */
  readonly api?: string | undefined;
  /** `server.auth_key` of that server: lets this gateway have it say something. */
  readonly auth_key?: string | undefined;
}

/** ms that a server which failed is left alone. */
const REST_MS = 30_000;

/** Servers of which each session gets one by their weights; those that failed just now are left alone for a while. */
export class ServerList {
  readonly #servers: readonly ServerChoice[];
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #restUntil = new Map<string, number>();

  /** `random` gives numbers from 0 to below 1. */
  constructor(servers: readonly ServerChoice[], clock: Clock, random: () => number = Math.random) {
    this.#servers = servers;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * A server by its weight, none of `tried`; those that failed only when there is no other. undefined when all have
   * been tried.
   */
  pick(tried: ReadonlySet<string>): ServerChoice | undefined {
    const left = this.#servers.filter(({ url }) => !tried.has(url));
    const healthy = left.filter(({ url }) => (this.#restUntil.get(url) ?? 0) <= this.#clock.now());
    const candidates = healthy.length > 0 ? healthy : left;
    let point = this.#random() * candidates.reduce((sum, { weight }) => sum + weight, 0);
    for (const candidate of candidates) {
      point -= candidate.weight;
      if (point < 0) return candidate;
    }
    return candidates.at(-1);
  }

  /** It could not be reached, or did not answer. */
  markFailed(url: string): void {
    this.#restUntil.set(url, this.#clock.now() + REST_MS);
  }

  markGood(url: string): void {
    this.#restUntil.delete(url);
  }
}
