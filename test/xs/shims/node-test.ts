/** The part of `node:test` that portable tests use, on XS: collects tests; `runCollected` runs them in order. */
type Body = () => unknown;

const collected: { name: string; body: Body }[] = [];

export function test(name: string, body: Body): void {
  collected.push({ name, body });
}

/** What became of one test: `error` is the text of what it threw. */
export interface Outcome {
  readonly name: string;
  readonly error?: string;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : String(error);
}

export async function runCollected(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, body } of collected) {
    try {
      await body();
      outcomes.push({ name });
    } catch (error) {
      outcomes.push({ name, error: describe(error) });
    }
  }
  return outcomes;
}
