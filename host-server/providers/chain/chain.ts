import type { Clock } from "../../../protocol/clock.ts";
import { StageError } from "../../errors.ts";
import type { ProviderHealth } from "./provider-health.ts";

/** What all stages have in common. */
export interface Closable {
  warmUp?(): Promise<void>;
  check?(): Promise<void>;
  close(): Promise<void>;
}

/** One of the providers of a stage. */
export interface Member<Stage> {
  readonly stage: Stage;
  readonly health: ProviderHealth;
}

/** Several providers of one stage, the preferred one first. */
export interface ChainOptions<Stage> {
  /** Name of the stage in the configuration: `asr`. */
  readonly name: string;
  readonly members: readonly Member<Stage>[];
  readonly clock: Clock;
  /** ms that one may take before the next is asked. */
  readonly patienceMs: number;
}

/** How the providers of a chain are asked. */
export interface Attempt<Stage, T> {
  open(stage: Stage, signal: AbortSignal): AsyncIterable<T>;
  /** Whether with this item the provider has answered: no other is asked after it. */
  isAnswer(item: T): boolean;
  /** When the time begins that a provider may take; at once unless given. */
  readonly from?: Promise<void>;
}

/** Asks the first provider that works, and the next one when it fails before it has answered. */
export class Chain<Stage extends Closable> {
  readonly #options: ChainOptions<Stage>;

  constructor(options: ChainOptions<Stage>) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get patienceMs(): number {
    return this.#options.patienceMs;
  }

  /** In which order they are asked now: those that are passed over come last, for there is nobody else then. */
  get order(): readonly Member<Stage>[] {
    const { members } = this.#options;
    const isFirst = ({ health }: Member<Stage>) => health.isWorthTrying;
    return [...members.filter(isFirst), ...members.filter((member) => !isFirst(member))];
  }

  /** Loads all of them. @throws what the first one threw, when none can be used */
  async warmUp(): Promise<void> {
    const { members } = this.#options;
    const loading = members.map(async ({ stage, health }) => {
      try {
        await stage.warmUp?.();
      } catch (error) {
        health.failed(error);
        throw error;
      }
      // Nobody waits for servers elsewhere.
      stage.check?.().then(
        () => health.succeeded(),
        (error: unknown) => health.failed(error),
      );
    });
    const results = await Promise.allSettled(loading);
    const [first] = results;
    if (first?.status === "rejected" && results.every(({ status }) => status === "rejected")) throw first.reason;
  }

  async close(): Promise<void> {
    await Promise.all(this.#options.members.map(({ stage }) => stage.close()));
  }

  /** What the first provider gives that answers. @throws what the last one threw; nothing when aborted */
  async *ask<T>(attempt: Attempt<Stage, T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const { order } = this;
    for (const [index, member] of order.entries()) {
      const isLast = index === order.length - 1;
      const state = { hasAnswered: false };
      member.health.begin();
      try {
        yield* this.#read(member, attempt, { state, isLast }, signal);
        if (!signal.aborted) member.health.succeeded();
        return;
      } catch (error) {
        if (signal.aborted) throw error;
        member.health.failed(error);
        if (state.hasAnswered || isLast) throw error;
      }
    }
  }

  async *#read<T>(
    { stage, health }: Member<Stage>,
    { open, isAnswer, from }: Attempt<Stage, T>,
    { state, isLast }: { state: { hasAnswered: boolean }; isLast: boolean },
    signal: AbortSignal,
  ): AsyncGenerator<T, void, undefined> {
    const own = new AbortController();
    const source = open(stage, AbortSignal.any([signal, own.signal]))[Symbol.asyncIterator]();
    const patience = this.#patience(health, isLast, from);
    let isOver = false;
    try {
      for (;;) {
        const step = state.hasAnswered ? source.next() : Promise.race([source.next(), patience.late]);
        const { done, value } = await step;
        isOver = done === true;
        if (done) return;
        if (!state.hasAnswered && isAnswer(value)) {
          state.hasAnswered = true;
          patience.end();
        }
        yield value;
      }
    } finally {
      patience.end();
      if (!isOver) {
        own.abort();
        // It may hang, or throw for the abort: nobody waits for it.
        source.return?.().then(undefined, () => {});
      }
    }
  }

  /** `late` rejects when a provider has taken too long. The last one may take what the turn allows. */
  #patience(health: ProviderHealth, isLast: boolean, from?: Promise<void>): { late: Promise<never>; end: () => void } {
    const { clock, patienceMs, name } = this.#options;
    const late = Promise.withResolvers<never>();
    late.promise.catch(() => {});
    let end = () => {};
    let isOver = isLast;
    const start = () => {
      if (isOver) return;
      const error = () => new StageError(`${name}-timeout`, `${health.name} gave nothing for ${patienceMs} ms`);
      end = clock.schedule(patienceMs, () => late.reject(error()));
    };
    if (from) from.then(start, () => {});
    else start();
    return {
      late: late.promise,
      end: () => {
        isOver = true;
        end();
      },
    };
  }
}
