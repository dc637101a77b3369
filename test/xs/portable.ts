import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { createBundle } from "../../simulator/bundle.ts";
import { Machine } from "../../simulator/machine.ts";
import { TWINS } from "../../simulator/twins/twins.ts";

const ROOT = dirname(dirname(import.meta.dirname));
const PACKAGES = join(ROOT, "node_modules");

/** What became of one test on XS. */
export interface Outcome {
  readonly name: string;
  readonly error?: string;
}

function specifierOf(path: string): string {
  return path.replace(/\.(ts|js|mjs)$/, "");
}

/** Everything that portable tests may import, by specifier. */
function modules(): Map<string, string> {
  const map = new Map<string, string>();
  for (const pattern of ["protocol/*.ts", "test/protocol/**/*.ts"]) {
    for (const path of globSync(pattern, { cwd: ROOT })) map.set(specifierOf(path), join(ROOT, path));
  }
  for (const path of globSync("{generator,utils,distribution,types}/**/*.js", {
    cwd: join(PACKAGES, "pure-rand/lib/esm"),
  })) {
    map.set(`pure-rand/${specifierOf(path)}`, join(PACKAGES, "pure-rand/lib/esm", path));
  }
  for (const path of globSync("*.js", { cwd: join(PACKAGES, "fast-check/lib") })) {
    map.set(specifierOf(path), join(PACKAGES, "fast-check/lib", path));
  }
  map.set("node:test", join(import.meta.dirname, "shims/node-test.ts"));
  map.set("node:assert/strict", join(import.meta.dirname, "shims/assert.ts"));
  map.set("test/xs/entry", join(import.meta.dirname, "shims/entry.ts"));
  return map;
}

/** Endless loops end here, far above what the longest test takes. */
const METER_LIMIT = 2_000_000_000;

/** Runs one portable test file on the XS engine. */
export function runOnXs(file: string): readonly Outcome[] {
  const bundle = createBundle({ directory: ROOT, modules: modules(), config: {} }, { host: TWINS["host"] as string });
  let outcomes: readonly Outcome[] | undefined;
  const faults: string[] = [];
  const machine = new Machine(
    bundle,
    {
      name: file,
      creation: {
        static: 0,
        chunk: { initial: 1 << 20, incremental: 1 << 20 },
        heap: { initial: 65536, incremental: 65536 },
        stack: 4096,
        keys: { initial: 4096, incremental: 4096 },
      } as never,
      clock: { now: () => Date.now() },
      seed: 1,
      meterLimit: METER_LIMIT,
    },
    {
      call: (_name, text) => {
        outcomes = JSON.parse(String(text)) as Outcome[];
      },
      log: (_level, text) => faults.push(text),
    },
  );
  try {
    const specifier = JSON.stringify(specifierOf(file));
    machine.eval(`import("test/xs/entry").then(({ default: run }) => run(${specifier}))`);
  } finally {
    machine.close();
  }
  if (!outcomes) throw new Error(`${file} did not finish on XS: ${faults.join("; ")}`);
  return outcomes;
}
