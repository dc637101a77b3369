import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { fuzz, keep } from "./fuzzing.ts";
import { TARGETS } from "./targets.ts";

const HELP = `Usage: npm run fuzz -- [target…] [--seconds N] [--seed N]

Feeds changed messages, packets and files to whatever reads them, and keeps what does harm in test/fuzz/corpus.

Targets: ${Object.keys(TARGETS).join(", ")}
Without a target: all, two at a time. Without --seed: another seed each time, which is said.`;

/** Of one target, in this process. */
async function fuzzOne(name: string, seconds: number, seed: number): Promise<number> {
  const load = TARGETS[name];
  if (!load) throw new Error(`unknown target ${JSON.stringify(name)}; there are ${Object.keys(TARGETS).join(", ")}`);
  const { executions, finds } = await fuzz(await load(), { name, seconds, seed });
  console.log(`${name}: ${executions} executions in ${seconds} s from seed ${seed}, ${finds.length} finds`);
  for (const find of finds) console.log(keep(name, find), find.error);
  return finds.length > 0 ? 1 : 0;
}

/** In a process of its own, which an input may end. */
function fuzzApart(name: string, seconds: number, seed: number): Promise<number> {
  const flags = ["--disable-warning=ExperimentalWarning", import.meta.filename, name];
  const options = ["--seconds", String(seconds), "--seed", String(seed)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, ...options], { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (signal) console.log(`${name}: ended by ${signal}; its input is .build/fuzz/${name}.last, after four bytes`);
      resolve(code ?? 1);
    });
  });
}

async function fuzzAll(names: readonly string[], seconds: number, seed: number): Promise<number> {
  const left = [...names];
  let status = 0;
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      status = Math.max(status, await fuzzApart(name, seconds, seed));
    }
  };
  await Promise.all([work(), work()]);
  return status;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string" }, seed: { type: "string" }, help: { type: "boolean" } },
});
const seconds = Number(values.seconds ?? 30);
const seed = Number(values.seed ?? Date.now() % 1_000_000_007);
const [only, ...more] = positionals;
if (values.help) console.log(HELP);
else if (only !== undefined && more.length === 0) process.exit(await fuzzOne(only, seconds, seed));
else process.exitCode = await fuzzAll(only === undefined ? Object.keys(TARGETS) : positionals, seconds, seed);
