import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { SimulatorError } from "../../simulator/errors.ts";

/** One C file and the flags it is compiled with. */
export interface CompileUnit {
  source: string;
  flags: readonly string[];
}

/** A shared library, or a program, and what goes into it. */
export interface LinkTarget {
  output: string;
  isProgram?: boolean;
  units: readonly CompileUnit[];
  libraries: readonly string[];
}

export type Progress = (done: number, total: number, what: string) => void;

const run = promisify(execFile);

/** Two compilers at once fill the smallest machine that is supported; more would only fight over its cores. */
const parallelCompilers = 2;

export interface CompileOptions {
  onProgress?: Progress;
  /** The C compiler's command; by default the environment's CC, or cc. */
  compiler?: string;
}

/** One run: files do not change during it. */
interface Build {
  directory: string;
  compiler: string;
  /** Hashes of file contents; undefined for files that do not exist. */
  hashes: Map<string, string | undefined>;
  objects: Map<CompileUnit, string>;
}

/**
 * Compiles what changed since the last time and links it. Objects are kept by a hash of the source, the headers that
 * the compiler named when it last compiled it, and the flags; so a switch between branches costs nothing.
 *
 * @param directory where objects are kept.
 * @returns true when anything was built.
 * @throws SimulatorError "compiler-missing" or "compile-failed".
 */
export async function compileTargets(
  directory: string,
  targets: readonly LinkTarget[],
  options: CompileOptions = {},
): Promise<boolean> {
  mkdirSync(directory, { recursive: true });
  const compiler = options.compiler ?? process.env["CC"] ?? "cc";
  const build: Build = { directory, compiler, hashes: new Map(), objects: new Map() };
  const pending: CompileUnit[] = [];
  for (const unit of new Set(targets.flatMap((target) => target.units))) {
    const known = findObject(build, unit);
    if (known !== undefined) build.objects.set(unit, known);
    else pending.push(unit);
  }
  const stale = targets.filter((target) => pending.length > 0 || !isLinked(build, target));
  let done = 0;
  const advance = (what: string): void => options.onProgress?.(++done, pending.length + stale.length, basename(what));
  await inParallel(pending, async (unit) => {
    build.objects.set(unit, await compileUnit(build, unit));
    advance(unit.source);
  });
  for (const target of stale) {
    await link(build, target);
    advance(target.output);
  }
  return stale.length > 0;
}

async function inParallel(units: readonly CompileUnit[], work: (unit: CompileUnit) => Promise<void>): Promise<void> {
  const queue = [...units];
  const worker = async (): Promise<void> => {
    for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) await work(unit);
  };
  await Promise.all(Array.from({ length: parallelCompilers }, worker));
}

function contentHash(build: Build, path: string): string | undefined {
  if (!build.hashes.has(path)) {
    const hash = existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : undefined;
    build.hashes.set(path, hash);
  }
  return build.hashes.get(path);
}

/** The unit's name in the store: which source, with which flags. */
function unitKey(build: Build, unit: CompileUnit): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([build.compiler, unit.source, unit.flags]))
    .digest("hex");
  return `${basename(unit.source, ".c")}-${hash.slice(0, 16)}`;
}

/** Hash over everything the object was made from; undefined when an input is gone. */
function inputsHash(build: Build, inputs: readonly string[]): string | undefined {
  const hash = createHash("sha256");
  for (const input of inputs) {
    const content = contentHash(build, input);
    if (content === undefined) return undefined;
    hash.update(input).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

function findObject(build: Build, unit: CompileUnit): string | undefined {
  const key = unitKey(build, unit);
  const inputsFile = join(build.directory, `${key}.inputs`);
  if (!existsSync(inputsFile)) return undefined;
  const hash = inputsHash(build, readFileSync(inputsFile, "utf8").split("\n"));
  const object = join(build.directory, `${key}-${hash}.o`);
  return hash !== undefined && existsSync(object) ? object : undefined;
}

async function compileUnit(build: Build, unit: CompileUnit): Promise<string> {
  const { directory } = build;
  const key = unitKey(build, unit);
  const draft = join(directory, `${key}.${process.pid}.o`);
  const dependencies = `${draft}.d`;
  await runCompiler(build, [...unit.flags, "-c", unit.source, "-o", draft, "-MMD", "-MF", dependencies], unit.source);
  const inputs = parseDependencies(readFileSync(dependencies, "utf8"));
  rmSync(dependencies);
  const object = join(directory, `${key}-${inputsHash(build, inputs)}.o`);
  renameSync(draft, object);
  writeFileSync(join(directory, `${key}.inputs`), inputs.join("\n"));
  return object;
}

/** The inputs in a make rule as compilers write it, without those of the system. */
function parseDependencies(rule: string): string[] {
  const inputs = rule
    .slice(rule.indexOf(": ") + 2)
    .replaceAll("\\\n", " ")
    .split(/(?<!\\)\s+/)
    .map((input) => input.replaceAll("\\ ", " "));
  return inputs.filter((input) => input !== "" && !input.startsWith("/usr/"));
}

/** What a library was linked from, kept beside it. */
function linkRecord(build: Build, target: LinkTarget): string {
  return JSON.stringify([target.units.map((unit) => build.objects.get(unit)), target.libraries]);
}

function isLinked(build: Build, target: LinkTarget): boolean {
  const record = `${target.output}.inputs`;
  if (!existsSync(target.output) || !existsSync(record)) return false;
  return readFileSync(record, "utf8") === linkRecord(build, target);
}

async function link(build: Build, target: LinkTarget): Promise<void> {
  const files = target.units.flatMap((unit) => build.objects.get(unit) ?? []);
  const draft = `${target.output}.${process.pid}`;
  const libraryFlags = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
  const flags = target.isProgram ? [] : libraryFlags;
  mkdirSync(dirname(target.output), { recursive: true });
  await runCompiler(build, [...flags, "-o", draft, ...files, ...target.libraries], target.output);
  // A process that has the old library loaded keeps it: the name moves to a new file.
  renameSync(draft, target.output);
  writeFileSync(`${target.output}.inputs`, linkRecord(build, target));
}

async function runCompiler({ compiler }: Build, args: readonly string[], what: string): Promise<void> {
  try {
    await run(compiler, args, { maxBuffer: 16 * 1024 * 1024 });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      throw new SimulatorError(
        "compiler-missing",
        `No C compiler: "${compiler}" was not found. Install one, e.g. "apt install gcc", or name it in CC.`,
        { cause },
      );
    }
    const output = cause instanceof Error && "stderr" in cause ? String(cause.stderr) : String(cause);
    throw new SimulatorError("compile-failed", `${what} does not compile:\n${output.slice(0, 4000)}`, { cause });
  }
}
