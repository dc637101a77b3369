import { type Lane, WorkerError, WorkerPool } from "../../host-server/workers/worker-pool.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { WakeWordFinder } from "../../simulator/device/wake-word-chip.ts";
import type { VirtualDevice } from "../../simulator/device.ts";
import type { PhraseJob } from "./phrase-worker.ts";
import { WakePhraseError, wordsOfPhrase } from "./wake-phrase.ts";

/** What a finder tells. */
export interface PhraseEvents {
  readonly onFound: () => void;
  /** It finds nothing any more. */
  readonly onError: (error: WorkerError) => void;
}

/** Finds a phrase in sound, in a thread of its own with 30 MB for the model. */
export class PhraseFinder implements WakeWordFinder {
  readonly #pool: WorkerPool<PhraseJob, boolean>;
  readonly #lane: Lane<PhraseJob, boolean>;
  readonly #events: PhraseEvents;
  #isClosed = false;
  /** Counts what was forgotten: an answer to what was heard before is none. */
  #epoch = 0;

  private constructor(pool: WorkerPool<PhraseJob, boolean>, lane: Lane<PhraseJob, boolean>, events: PhraseEvents) {
    this.#pool = pool;
    this.#lane = lane;
    this.#events = events;
  }

  /** @throws WakePhraseError when the words cannot be a wake phrase */
  static async open(phrase: string, clock: Clock, events: PhraseEvents): Promise<PhraseFinder> {
    wordsOfPhrase(phrase);
    const pool = new WorkerPool<PhraseJob, boolean>({
      module: new URL("./phrase-worker.ts", import.meta.url),
      size: 1,
      clock,
    });
    const lane = await pool.acquire();
    try {
      await lane.request({ kind: "load", phrase });
    } catch (cause) {
      await pool.close();
      if (cause instanceof WorkerError) throw new WakePhraseError(cause.message, { cause });
      throw cause;
    }
    return new PhraseFinder(pool, lane, events);
  }

  hear(pcm: Int16Array): void {
    const epoch = this.#epoch;
    this.#ask({ kind: "hear", pcm }, (isFound) => {
      if (isFound && epoch === this.#epoch) this.#events.onFound();
    });
  }

  forget(): void {
    this.#epoch++;
    this.#ask({ kind: "forget" }, () => {});
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool.close();
  }

  #ask(job: PhraseJob, take: (answer: boolean) => void): void {
    if (this.#isClosed) return;
    this.#lane.request(job).then(take, (error) => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#events.onError(error);
    });
  }
}

/**
 * Has a device wake when its microphone hears the phrase; its board's detector must hear the microphone.
 * @throws WakePhraseError when the words cannot be a wake phrase
 */
export async function listenFor(device: VirtualDevice, phrase: string): Promise<PhraseFinder> {
  const chip = device.hardware.wakeWord;
  const finder = await PhraseFinder.open(phrase, device.clock, {
    onFound: () => {
      if (chip.isListening) chip.wake(phrase);
    },
    onError: (error) => console.error(`${device.name}: its wake word detector failed: ${error.message}`),
  });
  chip.finder = finder;
  return finder;
}
