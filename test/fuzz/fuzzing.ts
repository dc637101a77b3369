import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Random } from "../../simulator/random.ts";
import { mutated } from "./mutations.ts";
import type { FuzzTarget } from "./target.ts";

/** Real ms that an input may take, again and again, before it counts as one that hangs a server. */
const SLOW_MS = 2_000;
const MAX_POOL = 2_000;
const MAX_FINDS = 20;
/** Inputs between looks at what else happened in the process. */
const BATCH = 50;
const ROOT = dirname(dirname(import.meta.dirname));

/** An input that did harm. */
export interface Find {
  readonly input: Uint8Array;
  readonly error: unknown;
}

export interface FuzzResult {
  readonly executions: number;
  /** One for each place that an error came from. */
  readonly finds: readonly Find[];
}

export interface FuzzOptions {
  readonly name: string;
  readonly seconds: number;
  readonly seed: number;
}

/** The inputs that once did harm, and are tried first for ever after. */
export function corpusOf(name: string): Uint8Array[] {
  const folder = join(import.meta.dirname, "corpus", name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => new Uint8Array(readFileSync(join(folder, file))));
}

/** Keeps a find as a case; gives its file. */
export function keep(name: string, { input }: Find): string {
  const folder = join(import.meta.dirname, "corpus", name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, createHash("sha256").update(input).digest("hex").slice(0, 12));
  writeFileSync(file, input);
  return file;
}

/** Tries changed inputs until the time is over. What is being tried stands in a file, should the process end by it. */
export async function fuzz(target: FuzzTarget, { name, seconds, seed }: FuzzOptions): Promise<FuzzResult> {
  const random = new Random(seed, name);
  const known = corpusOf(name);
  const pool = [...target.seeds, ...known];
  const trial = new Trial(target, name);
  const end = performance.now() + seconds * 1000;
  for (const input of pool.slice()) await trial.run(input);
  while (performance.now() < end && trial.finds.size < MAX_FINDS) {
    for (let left = BATCH; left > 0 && performance.now() < end; left--) {
      const input = mutated(pool, random, target.form ?? "bytes");
      if (!(await trial.run(input))) continue;
      if (pool.length < MAX_POOL) pool.push(input);
      else pool[target.seeds.length + random.below(pool.length - target.seeds.length)] = input;
    }
    // Timers and rejections have their turn.
    await setImmediate();
  }
  await trial.close();
  return { executions: trial.executions, finds: [...trial.finds.values()] };
}

/** What inputs do to a target. */
class Trial {
  readonly finds = new Map<string, Find>();
  executions = 0;
  readonly #target: FuzzTarget;
  readonly #words = new Set<string>();
  readonly #last: number;
  #input: Uint8Array = new Uint8Array(0);

  constructor(target: FuzzTarget, name: string) {
    this.#target = target;
    const folder = join(ROOT, ".build/fuzz");
    mkdirSync(folder, { recursive: true });
    this.#last = openSync(join(folder, `${name}.last`), "w");
    process.on("uncaughtException", this.#note);
    process.on("unhandledRejection", this.#note);
  }

  /** Whether something new became of it. */
  async run(input: Uint8Array): Promise<boolean> {
    this.#input = input;
    this.executions++;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(input.length);
    writeSync(this.#last, Buffer.concat([length, input]), 0, undefined, 0);
    const begun = performance.now();
    try {
      const word = await this.#target.run(input);
      if (performance.now() - begun > SLOW_MS) await this.#again(input);
      if (word === undefined || this.#words.has(word)) return false;
      this.#words.add(word);
      return true;
    } catch (error) {
      this.#note(error);
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#target.close?.();
    closeSync(this.#last);
    process.off("uncaughtException", this.#note);
    process.off("unhandledRejection", this.#note);
  }

  /** A machine that does other things is slow at times; an input that is slow is so thrice. */
  async #again(input: Uint8Array): Promise<void> {
    for (let count = 0; count < 2; count++) {
      const begun = performance.now();
      await this.#target.run(input);
      if (performance.now() - begun < SLOW_MS) return;
    }
    throw new Error(`an input of ${input.length} bytes takes longer than ${SLOW_MS} ms`);
  }

  readonly #note = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const place = text.split("\n").find((line) => /^\s+at .*\.ts|\.ts:/.test(line)) ?? text.slice(0, 80);
    if (!this.finds.has(place)) this.finds.set(place, { input: this.#input, error });
  };
}
