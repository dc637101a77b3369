import { existsSync, readdirSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { StageError } from "../../errors.ts";
import { WorkerPool } from "../../workers/worker-pool.ts";
import type { ProviderContext } from "../provider.ts";
import type { TurnEnd } from "../turn-end.ts";
import type { SmartTurnJob } from "./smart-turn-worker.ts";

/** Smart Turn 3: a small network of Whisper's kind, which hears by tone and words whether a turn is complete, in 23 languages. */
export class SmartTurn implements TurnEnd {
  readonly #file: string;
  readonly #context: ProviderContext;
  readonly #pool: WorkerPool<SmartTurnJob, number>;

  /** @param file the model (ONNX) */
  constructor(file: string, context: ProviderContext) {
    this.#file = file;
    this.#context = context;
    const module = new URL("./smart-turn-worker.ts", import.meta.url);
    const { clock, crews } = context;
    this.#pool = new WorkerPool({ module, size: 1, clock, stage: "turn_end", crews });
  }

  async warmUp(): Promise<void> {
    try {
      await this.probability(new Int16Array(0));
    } catch (error) {
      const reason = (error as Error).message;
      this.#context.log.warn({ reason }, "the end of a turn is told by silence alone");
    }
  }

  async probability(pcm: Int16Array): Promise<number> {
    let probability: number;
    try {
      probability = await this.#pool.run({ file: this.#file, pcm });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StageError("turn-end-failed", `turn.end_model: ${this.#file}: ${reason}`, { cause });
    }
    if (probability >= 0 && probability <= 1) return probability;
    throw new StageError("turn-end-garbled", `turn.end_model: ${this.#file} gave ${probability} for a probability`);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** The file of a model: of a name in `models` of the data folder, a folder or a file; undefined where it is not installed. */
export function smartTurnFile(model: string, dataDirectory: string): string | undefined {
  if (model === "") return undefined;
  const inData = join(dataDirectory, "models", model);
  const path = resolve(isAbsolute(model) || !existsSync(inData) ? model : inData);
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isDirectory()) return path;
  const name = readdirSync(path).find((file) => file.endsWith(".onnx"));
  return name === undefined ? undefined : join(path, name);
}
