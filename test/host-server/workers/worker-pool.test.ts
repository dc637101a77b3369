import assert from "node:assert/strict";
import { once } from "node:events";
import { getPriority } from "node:os";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";
import { systemClock } from "../../../host-server/clock.ts";
import { type Crew, WorkerError, WorkerPool } from "../../../host-server/workers/worker-pool.ts";
import type { Clock } from "../../../protocol/clock.ts";
import type { EchoJob } from "../fixtures/echo-worker.ts";

const module = new URL("../fixtures/echo-worker.ts", import.meta.url);
const pools: WorkerPool<EchoJob, string>[] = [];
after(() => Promise.all(pools.map((pool) => pool.close())));

function pool(size: number, clock: Clock = systemClock): WorkerPool<EchoJob, string> {
  const made = new WorkerPool<EchoJob, string>({ module, size, clock });
  pools.push(made);
  return made;
}

const isError = (code: string) => (error: unknown) => error instanceof WorkerError && error.code === code;

test("jobs get their own answers, more of them than workers", async () => {
  const workers = pool(2);
  const answers = await Promise.all(Array.from({ length: 9 }, (_, at) => workers.run({ say: `job ${at}` })));
  assert.deepEqual(
    answers,
    Array.from({ length: 9 }, (_, at) => `job ${at}`),
  );
});

test("a reserved worker answers nobody else", async () => {
  const workers = pool(1);
  const lane = await workers.acquire();
  let isDone = false;
  const other = workers.run({ say: "other" }).finally(() => {
    isDone = true;
  });
  assert.equal(await lane.request({ say: "mine" }), "mine");
  assert.equal(isDone, false);
  lane.release();
  assert.equal(await other, "other");
});

test("a job that fails fails alone", async () => {
  const workers = pool(1);
  await assert.rejects(workers.run({ fail: "no such thing" }), isError("worker-job"));
  assert.equal(await workers.run({ say: "still here" }), "still here");
});

test("a worker that dies fails its job and is replaced", async () => {
  const workers = pool(1);
  const dying = workers.run({ exit: 3 });
  const waiting = workers.run({ say: "after" });
  await assert.rejects(dying, isError("worker-died"));
  assert.equal(await waiting, "after");
});

test("virtual time stands still exactly while a job is pending", async () => {
  let held = 0;
  const workers = pool(1, {
    ...systemClock,
    hold: () => {
      held++;
      return () => {
        held--;
      };
    },
  });
  const job = workers.run({ say: "x" });
  const lane = workers.acquire();
  await new Promise((resume) => setImmediate(resume));
  assert.equal(held, 1);
  await job;
  (await lane).release();
  assert.equal(held, 0);
});

test("a closed pool refuses work, and whoever waits for a worker is told", async () => {
  const workers = pool(1);
  await workers.warmUp({ say: "ready" });
  const lane = await workers.acquire();
  const waiting = Promise.allSettled([workers.run({ say: "next" }), workers.run({ say: "next but one" })]);
  await workers.close();
  lane.release();
  for (const end of await waiting) assert.ok(end.status === "rejected" && isError("worker-died")(end.reason));
  await assert.rejects(workers.run({ say: "late" }), isError("worker-died"));
});

test("a thread that steps back does so alone", {
  skip: process.platform !== "linux" && "threads of other systems have no priority of their own",
}, async () => {
  const script = `
    const { parentPort } = require("node:worker_threads");
    const [id] = require("node:fs").readlinkSync("/proc/thread-self").match(/\\d+$/);
    import(${JSON.stringify(new URL("../../../host-server/workers/step-back.ts", import.meta.url).href)}).then(({ stepBack }) => {
      stepBack();
      parentPort.postMessage(require("node:os").getPriority(Number(id)));
    });`;
  const before = getPriority(process.pid);
  const worker = new Worker(script, { eval: true });
  const [niceness] = await once(worker, "message");
  assert.equal(niceness, Math.max(10, before));
  assert.equal(getPriority(process.pid), before);
});

test("whoever wants to know sees how busy a pool is, as long as it is open", async () => {
  const crews = new Set<Crew>();
  const workers = new WorkerPool<EchoJob, string>({ module, size: 1, clock: systemClock, stage: "asr", crews });
  const seen = () => Array.from(crews, ({ stage, size, idle, waiting }) => [stage, size, idle, waiting]);
  assert.deepEqual(seen(), [["asr", 1, 1, 0]]);
  const lane = await workers.acquire();
  const other = workers.run({ say: "other" });
  assert.deepEqual(seen(), [["asr", 1, 0, 1]]);
  lane.release();
  await other;
  assert.deepEqual(seen(), [["asr", 1, 1, 0]]);
  await workers.close();
  assert.deepEqual(seen(), []);
});
