import { execFile } from "node:child_process";
import { existsSync, globSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../process.ts";
import { LinuxBuildError } from "./errors.ts";

const run = promisify(execFile);

const RUNNER_SOURCE = join(ROOT, "cli/linux/runner.c");
const OUTPUT = join(ROOT, ".build/linux");

/** A firmware whose microphone and speaker are files. */
export const HEADLESS_MANIFEST: string = join(ROOT, "boards/linux/headless/manifest.json");

/** A firmware that uses the computer's own sound. */
export const SOUND_MANIFEST: string = join(ROOT, "manifest.json");

/** Whether the SDK's tools can be called here. */
export async function hasSdk(): Promise<boolean> {
  if (!process.env["MODDABLE"]) return false;
  return run("sh", ["-c", "command -v mcconfig"]).then(
    () => true,
    () => false,
  );
}

function sdk(): string {
  const folder = process.env["MODDABLE"];
  if (folder) return folder;
  throw new LinuxBuildError("sdk-missing", "MODDABLE does not name the Moddable SDK's folder; see docs/devices.md");
}

async function call(program: string, args: readonly string[]): Promise<string> {
  try {
    const env = { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}` };
    const { stdout } = await run(program, args, { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (cause) {
    const { stdout = "", stderr = "", message = "" } = cause as { stdout?: string; stderr?: string; message?: string };
    const tail = (stderr + stdout || message).split("\n").slice(-40).join("\n");
    throw new LinuxBuildError("build-failed", `${program} ${args.join(" ")}:\n${tail}`, { cause });
  }
}

/**
 * The program that runs Linux builds; compiled when its source is newer. Needs a C compiler, GLib's headers and the
 * SDK, whose header says how it talks to a build.
 *
 * @returns its path
 */
export async function buildRunner(): Promise<string> {
  const runner = join(OUTPUT, "runner");
  if (existsSync(runner) && statSync(runner).mtimeMs >= statSync(RUNNER_SOURCE).mtimeMs) return runner;
  mkdirSync(OUTPUT, { recursive: true });
  const flags = (await call("pkg-config", ["--cflags", "--libs", "glib-2.0"])).trim().split(/\s+/);
  const headers = join(sdk(), "build/simulators/modules");
  const warnings = ["-O2", "-Wall", "-Wextra", "-Werror"];
  await call(process.env["CC"] ?? "cc", [
    ...warnings,
    "-DmxLinux=1",
    "-isystem",
    headers,
    "-o",
    runner,
    RUNNER_SOURCE,
    ...flags,
    "-ldl",
  ]);
  return runner;
}

/**
 * Builds a manifest with the SDK for Linux, as a debug build: it logs its memory each second.
 *
 * @returns the path of its mc.so
 */
export async function buildProgram(manifest: string, name: string): Promise<string> {
  sdk();
  const output = join(OUTPUT, name);
  mkdirSync(output, { recursive: true });
  // A build that fails leaves the former one, which must not run in its place.
  for (const old of globSync("bin/**/mc.so", { cwd: output })) rmSync(join(output, old));
  await call("mcconfig", ["-d", "-m", "-p", "lin", "-t", "build", "-o", output, manifest]);
  const [program] = globSync("bin/**/mc.so", { cwd: output });
  if (program) return join(output, program);
  throw new LinuxBuildError("build-failed", `mcconfig left no mc.so in ${output}`);
}
