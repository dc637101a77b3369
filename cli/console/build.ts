import { createHash } from "node:crypto";
import { cpSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../process.ts";
import { compressFile } from "./compress.ts";

/** Where the built pages lie, for the server to hand out. */
export const CONSOLE_DIRECTORY = join(ROOT, ".build", "console");

const STAMP = ".built-from";
/** Builds that meet give way to each other so often; each takes the time of a renaming. */
const TRIES = 5;
const SOURCES = ["console/**/*.*", "host-server/console/contract/*.ts", "cli/console/*.ts"];

const HELP = `Usage: xiaozhi build-console [options]

Builds the console's pages, which the server hands out, into .build/console. The server's commands do this by themselves
when something has changed.

  --watch   build again whenever a file changes, until Ctrl-C
  --help    show this
`;

/** What the pages are made from, in one number. */
function sourceHash(): string {
  const hash = createHash("sha256").update(readFileSync(join(ROOT, "package-lock.json")));
  for (const file of globSync(SOURCES, { cwd: ROOT }).sort()) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

async function runVite(directory: string, isWatching: boolean): Promise<void> {
  const [{ build }, { default: react }, { icons }, { lean }] = await Promise.all([
    import("vite"),
    import("@vitejs/plugin-react"),
    import("./icons-plugin.ts"),
    import("./lean-plugin.ts"),
  ]);
  await build({
    configFile: false,
    root: join(ROOT, "console"),
    logLevel: isWatching ? "info" : "error",
    plugins: [react(), icons(), lean()],
    build: {
      outDir: directory,
      emptyOutDir: true,
      // Pages are for browsers of the last three years.
      target: "es2022",
      chunkSizeWarningLimit: 2_000,
      watch: isWatching ? {} : null,
    },
  });
}

/** Whether the tools are there that build: they are none of a published package, which brings the pages built. */
function canBuild(): boolean {
  return existsSync(join(ROOT, "node_modules", "vite")) && existsSync(join(ROOT, "console"));
}

/** The same as `buildIfChanged` for commands, of which quick tests start some, and look at no page. */
export async function ensureConsole(): Promise<void> {
  if (process.env["NODE_TEST_CONTEXT"] === undefined) await buildIfChanged();
}

/** Builds the pages, when what they are made from has changed. */
export async function buildIfChanged(): Promise<void> {
  if (!canBuild()) return;
  const hash = sourceHash();
  const stamp = join(CONSOLE_DIRECTORY, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  const started = performance.now();
  console.error("Building the console's pages …");
  await buildConsole(hash);
  console.error(`The console's pages are built, in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
}

/** ESP Web Tools as their makers built them, for the page that flashes devices. */
function copyFlasher(directory: string): void {
  const script = createRequire(import.meta.url).resolve("esp-web-tools/dist/web/install-button.js");
  cpSync(dirname(script), join(directory, "esp-web-tools"), { recursive: true });
}

/** Puts a folder in the place of another, which a server may be reading. @throws Error what the last renaming threw */
function putInPlace(made: string, place: string): void {
  const former = `${made}-former`;
  for (let tries = 1; ; tries++) {
    try {
      if (existsSync(place)) renameSync(place, former);
      renameSync(made, place);
      break;
    } catch (error) {
      // Another build has put its own there in between.
      if (tries === TRIES) throw error;
    } finally {
      rmSync(former, { recursive: true, force: true });
    }
  }
}

/** Beside what is there, which is read on until the new pages are whole. */
async function buildConsole(hash: string): Promise<void> {
  const made = `${CONSOLE_DIRECTORY}-${process.pid}`;
  try {
    await runVite(made, false);
    copyFlasher(made);
    for (const file of globSync("**/*.{js,css,html,svg,json}", { cwd: made })) compressFile(join(made, file));
    writeFileSync(join(made, STAMP), hash);
    putInPlace(made, CONSOLE_DIRECTORY);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** `xiaozhi build-console` */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { watch: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) console.log(HELP);
  else if (values.watch) await runVite(CONSOLE_DIRECTORY, true);
  else await buildConsole(sourceHash());
  return 0;
}
