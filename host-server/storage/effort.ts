import type { LogEvent } from "kysely";

/** What was asked of a database so far. */
export interface StorageEffort {
  readonly statements: number;
  /** ms that they took together. */
  readonly ms: number;
  /** How many failed, by the code of their error. */
  readonly failures: ReadonlyMap<string, number>;
}

/** Counts what is asked of a database. */
export class CountedEffort implements StorageEffort {
  readonly failures = new Map<string, number>();
  statements = 0;
  ms = 0;

  /** For Kysely's `log`. */
  readonly note = (event: LogEvent): void => {
    this.statements++;
    this.ms += event.queryDurationMillis;
    if (event.level !== "error") return;
    const { code } = (event.error ?? {}) as { readonly code?: unknown };
    const named = typeof code === "string" ? code : "unknown";
    this.failures.set(named, (this.failures.get(named) ?? 0) + 1);
  };
}
