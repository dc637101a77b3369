import { Worker } from "node:worker_threads";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { AppError } from "../errors.ts";
import type { JobReply, JobRequest } from "./jobs.ts";

/** A worker that failed at a job or died. */
export class WorkerError extends AppError {
  override readonly name = "WorkerError";
}

/** How a pool is made. */
export interface WorkerPoolOptions {
  /** Module that calls `serveJobs`. */
  module: URL;
  /** Number of workers; they are started together, at first need. */
  size: number;
  clock: Clock;
  /** What they work for: a stage of a turn. */
  stage?: string;
  /** Where the pool stands as long as it is open, for whoever wants to know how busy it is. */
  crews?: Set<Crew> | undefined;
}

/** How busy a pool is. */
export interface Crew {
  readonly stage: string;
  readonly size: number;
  /** Workers that can be acquired without waiting. */
  readonly idle: number;
  /** Who waits for one. */
  readonly waiting: number;
}

/** One worker, reserved by `acquire` until `release`. */
export interface Lane<Job, Result> {
  /** Number of this worker, from 0; constant as long as the worker lives. */
  readonly generation: number;
  /**
   * Gives the worker's answer. Virtual time waits for it.
   *
   * @throws WorkerError `worker-job` when the job failed, `worker-died` when the worker did
   */
  request(job: Job, transfer?: ArrayBuffer[]): Promise<Result>;
  /** Gives the worker back. Answers still awaited arrive all the same. */
  release(): void;
}

/** A fixed number of worker threads that answer jobs. A worker that dies is replaced. */
export class WorkerPool<Job, Result> implements Crew {
  readonly #options: WorkerPoolOptions;
  #crew: PooledWorker<Job, Result>[] = [];
  #idle: PooledWorker<Job, Result>[] = [];
  #waiting: { take(worker: PooledWorker<Job, Result>): void; fail(error: WorkerError): void }[] = [];
  #started = 0;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    options.crews?.add(this);
  }

  get stage(): string {
    return this.#options.stage ?? "";
  }

  /** How many workers the pool has. */
  get size(): number {
    return this.#options.size;
  }

  /** Workers that can be acquired without waiting. */
  get idle(): number {
    return this.#crew.length === 0 ? this.size : this.#idle.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Has every worker do this job: loads what they need, all at once. */
  async warmUp(job: Job): Promise<void> {
    this.#start();
    await Promise.all(this.#crew.map((worker) => worker.request(job)));
  }

  /**
   * Reserves a worker, in the order of asking, as soon as one is idle.
   *
   * @throws WorkerError `worker-died` when the pool is closed, also while one waits
   */
  async acquire(): Promise<Lane<Job, Result>> {
    this.#start();
    const worker =
      this.#idle.pop() ??
      (await new Promise<PooledWorker<Job, Result>>((take, fail) => this.#waiting.push({ take, fail })));
    let isHeld = true;
    return {
      generation: worker.generation,
      request: (job, transfer) => worker.request(job, transfer),
      release: () => {
        if (isHeld) this.#free(worker);
        isHeld = false;
      },
    };
  }

  /** Runs one job on the next idle worker. */
  async run(job: Job): Promise<Result> {
    const lane = await this.acquire();
    try {
      return await lane.request(job);
    } finally {
      lane.release();
    }
  }

  /** Ends the workers; what they still had to do, and who waits for one, fails with `worker-died`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#options.crews?.delete(this);
    const crew = this.#crew;
    this.#crew = [];
    for (const { fail } of this.#waiting.splice(0)) fail(this.#closed());
    await Promise.all(crew.map((worker) => worker.end()));
  }

  #start(): void {
    if (this.#isClosed) throw this.#closed();
    while (this.#crew.length < this.#options.size) {
      const worker = new PooledWorker<Job, Result>(this.#options, this.#started++, () => this.#lose(worker));
      this.#crew.push(worker);
      this.#free(worker);
    }
  }

  #closed(): WorkerError {
    return new WorkerError("worker-died", `worker pool: ${this.#options.module.pathname} is closed`);
  }

  #free(worker: PooledWorker<Job, Result>): void {
    if (!this.#crew.includes(worker)) return;
    const next = this.#waiting.shift();
    if (next) next.take(worker);
    else this.#idle.push(worker);
  }

  #lose(worker: PooledWorker<Job, Result>): void {
    this.#crew = this.#crew.filter((other) => other !== worker);
    this.#idle = this.#idle.filter((other) => other !== worker);
    if (!this.#isClosed && this.#waiting.length > 0) this.#start();
  }
}

class PooledWorker<Job, Result> {
  readonly generation: number;
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #pending = new Map<
    number,
    { settle: (reply: JobReply<Result>) => void; fail: (error: WorkerError) => void }
  >();
  #lastId = 0;
  #death: WorkerError | undefined;

  constructor({ module, clock }: WorkerPoolOptions, generation: number, onLost: () => void) {
    this.generation = generation;
    this.#clock = clock;
    this.#worker = new Worker(module);
    // An idle worker keeps no program alive.
    this.#worker.unref();
    this.#worker.on("message", (reply: JobReply<Result>) => this.#pending.get(reply.id)?.settle(reply));
    const die = (reason: string, cause?: unknown) => {
      this.#death ??= new WorkerError("worker-died", `worker ${module.pathname}: ${reason}`, { cause });
      for (const { fail } of this.#pending.values()) fail(this.#death);
      onLost();
    };
    this.#worker.on("error", (error) => die(error instanceof Error ? error.message : String(error), error));
    this.#worker.on("exit", (code) => die(`ended with code ${code}`));
  }

  async request(job: Job, transfer: ArrayBuffer[] = []): Promise<Result> {
    if (this.#death) throw this.#death;
    const id = ++this.#lastId;
    const release: Cancel = this.#clock.hold();
    try {
      const reply = await new Promise<JobReply<Result>>((settle, fail) => {
        this.#pending.set(id, { settle, fail });
        this.#worker.ref();
        this.#worker.postMessage({ id, job } satisfies JobRequest<Job>, transfer);
      });
      if ("error" in reply) throw new WorkerError("worker-job", reply.error);
      return reply.result;
    } finally {
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#worker.unref();
      release();
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
