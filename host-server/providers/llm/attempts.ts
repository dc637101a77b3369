import type { Clock } from "../../../protocol/clock.ts";
import { LlmError } from "../../errors.ts";
import type { LlmEvent } from "../llm.ts";
import { describeFailure, type Endpoint } from "../openai/endpoint.ts";

/** How often a request is made, as long as nothing of an answer has come. */
const ATTEMPTS = 2;
/** ms before the second time. */
const PAUSE_MS = 200;

/** Whom a request goes to, and what ends it. */
export interface AttemptOptions {
  readonly clock: Clock;
  readonly endpoint: Endpoint;
  readonly signal: AbortSignal;
}

/**
 * The events of a request to a model's server. It is made a second time when the first breaks before anything came of it;
 * an abort ends it quietly.
 *
 * @throws LlmError that names server and reason
 */
export async function* attempts(
  ask: () => AsyncIterable<LlmEvent>,
  options: AttemptOptions,
): AsyncGenerator<LlmEvent, void, undefined> {
  const { clock, signal } = options;
  for (let attempt = 1; !signal.aborted; attempt++) {
    let hasBegun = false;
    try {
      for await (const event of named(ask, options)) {
        hasBegun = true;
        yield event;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      const isLast = attempt === ATTEMPTS || hasBegun;
      if (isLast || !(error instanceof LlmError && error.retryable)) throw error;
      await new Promise<void>((resolve) => clock.schedule(PAUSE_MS, resolve));
    }
  }
}

async function* named(ask: () => AsyncIterable<LlmEvent>, { clock, endpoint, signal }: AttemptOptions) {
  // A server's time is real time.
  const release = clock.hold();
  try {
    yield* ask();
  } catch (cause) {
    if (signal.aborted || cause instanceof LlmError) throw cause;
    const { code, message, retryable } = describeFailure(cause, endpoint);
    throw new LlmError(code, message, { cause, retryable });
  } finally {
    release();
  }
}
