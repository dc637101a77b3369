import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { postgresPrograms, startPostgres } from "../../test/slow/postgres-server.ts";
import { printFigures } from "../figures.ts";
import { type ConsoleReader, startConsole } from "./console-server.ts";
import { LIST_QUERIES, type ListQuery } from "./list-queries.ts";

const DEVICES = 10_000;
const MESSAGES = 1_000_000;
const PER_PAGE = 25;
const TARGET_MS = 150;

/** MB that a PostgreSQL has which nobody has tuned. */
const USUAL_BUFFERS = 128;
const HELP = `Usage: xiaozhi bench console-lists [--database sqlite|postgres] [--messages N] [--rounds N] [--only TEXT]

The real server with ${DEVICES} devices and ${MESSAGES} messages; every list of the console's API, sorted and filtered in each way, at its
first, middle and last page, over HTTP with a login's cookie. Prints what is slowest, and fails where a p95 is over ${TARGET_MS} ms.

  --database  sqlite, postgres (one of its own is started), or a postgresql:// address of an empty one  [sqlite]
  --messages  how many there are  [${MESSAGES}]
  --rounds    how often each page is read  [20]
  --by        p95, or cpu: what the slowest are chosen by  [p95]
  --only      only lists whose path has this
  --data DIR  keeps SQLite's file there, filled, for the next time`;

interface Timed {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** ms of processor time of one read, in this process: server, SQLite and reader. */
  readonly cpu: number;
}

/** `xiaozhi bench console-lists`: how long each list of a large console takes. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      database: { type: "string", default: "sqlite" },
      messages: { type: "string", default: String(MESSAGES) },
      rounds: { type: "string", default: "20" },
      by: { type: "string", default: "p95" },
      data: { type: "string" },
      only: { type: "string", default: "" },
      help: { type: "boolean" },
    },
  });
  const [messages, rounds] = [Number(values.messages), Number(values.rounds)];
  if (values.help || !(messages >= 100) || !(rounds >= 1)) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const place = await open(values, messages);
  try {
    const queries = LIST_QUERIES.filter(({ path }) => path.includes(values.only));
    const figures: Timed[] = [];
    for (const query of queries) figures.push(...(await measure(place.console, query, rounds)));
    return report(values.database, figures, values.by === "cpu" ? "cpu" : "p95");
  } finally {
    await place.close();
  }
}

async function open(
  { database, data }: { readonly database: string; readonly data?: string | undefined },
  messages: number,
) {
  const programs = database === "postgres" ? postgresPrograms() : undefined;
  if (database === "postgres" && !programs) throw new Error("there is no PostgreSQL: expected initdb and pg_ctl");
  const postgres = programs === undefined ? undefined : startPostgres(programs, USUAL_BUFFERS);
  const folder = data ?? mkdtempSync(join(tmpdir(), "xiaozhi-bench-"));
  mkdirSync(folder, { recursive: true });
  const url = postgres?.newDatabase() ?? (database === "sqlite" ? "" : database);
  const began = performance.now();
  const opened = await startConsole({ folder, url, devices: DEVICES, messages });
  console.log(`${messages} messages were there after ${((performance.now() - began) / 1000).toFixed(0)} s.`);
  const close = async () => {
    await opened.stop();
    postgres?.stop();
    if (data === undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { console: opened, close };
}

async function measure(console: ConsoleReader, query: ListQuery, rounds: number): Promise<Timed[]> {
  const first = await console.read(query);
  const last = Math.max(1, Math.ceil((first.total ?? 0) / PER_PAGE));
  const pages = new Map([[1, "first"]]);
  if (last > 1) pages.set(last, "last");
  if (last > 2) pages.set(Math.ceil(last / 2), "middle");
  const timed: Timed[] = [];
  for (const [page, name] of pages) {
    const times: number[] = [];
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      await console.read(query, page);
      times.push(performance.now() - began);
    }
    const { user, system } = process.cpuUsage(before);
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.ceil(times.length * share) - 1] as number;
    timed.push({
      name: `${query.path}${query.by ? ", by a user" : ""}, ${name}`,
      p50: at(0.5),
      p95: at(0.95),
      max: at(1),
      cpu: (user + system) / 1000 / rounds,
    });
  }
  return timed;
}

function report(database: string, figures: readonly Timed[], by: "p95" | "cpu"): number {
  const slowest = [...figures].sort((a, b) => b[by] - a[by]);
  printFigures(
    `Lists of the console in ${database}: ${figures.length} pages, the slowest`,
    slowest.slice(0, 25).map(({ name, p50, p95, max, cpu }) => {
      return {
        name,
        value: `p50 ${p50.toFixed(0)}, p95 ${p95.toFixed(0)}, max ${max.toFixed(0)}, CPU ${cpu.toFixed(0)} ms`,
        target: `p95 ≤ ${TARGET_MS}`,
      };
    }),
  );
  const late = figures.filter(({ p95 }) => p95 > TARGET_MS);
  console.log(`${late.length} of ${figures.length} are over ${TARGET_MS} ms.`);
  return late.length === 0 ? 0 : 1;
}
