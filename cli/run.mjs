#!/usr/bin/env node
// What every command starts with. Plain JavaScript without dependencies, so that it runs on a fresh clone and on an
// older Node: installs what is missing, finds a Node that runs TypeScript, and hands over to main.ts.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const MODULES = join(ROOT, "node_modules");
const LOCK = join(ROOT, "package-lock.json");
const STAMP = join(MODULES, ".installed-lock");
const NODE_MAJOR = 24;
/** As a package of npm, what is needed was installed with it. */
const IS_PACKAGE = ROOT.split(sep).includes("node_modules");

function lockHash() {
  return createHash("sha256").update(readFileSync(LOCK)).digest("hex");
}

function isInstalled() {
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockHash()) return true;
  if (!isInstalledByHand()) return false;
  writeFileSync(STAMP, lockHash());
  return true;
}

/**
 * Whether npm was called by somebody, and everything that the lock file demands is there: npm keeps its own list. As for npm
 * itself, what only development needs may be missing in production.
 */
function isInstalledByHand() {
  const isProduction = process.env.NODE_ENV === "production";
  try {
    const { packages: wanted } = JSON.parse(readFileSync(LOCK, "utf8"));
    const { packages: present } = JSON.parse(readFileSync(join(MODULES, ".package-lock.json"), "utf8"));
    return Object.entries(wanted).every(([path, { version, optional, dev, link, resolved }]) => {
      const found = present[path];
      if (path === "" || found) return path === "" || found.version === version;
      // A link has no mark of its own: where it leads has.
      const isForDevelopment = dev ?? (link && wanted[resolved]?.dev);
      return optional === true || (isProduction && isForDevelopment === true);
    });
  } catch {
    return false;
  }
}

/** Runs `npm ci` when the lock file changed since the last time. */
function install() {
  if (IS_PACKAGE || isInstalled()) return;
  const started = Date.now();
  console.error("Installing dependencies (about a minute the first time) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, error } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: ROOT,
    // What a command prints may be read by a program.
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error(`npm ci failed${error ? `: ${error.message}` : ` with exit code ${status}`}.`);
    process.exit(1);
  }
  writeFileSync(STAMP, lockHash());
  console.error(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

/** This Node when it is new enough, otherwise the one that came with the dependencies. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const bundled = bundledNode(`node-${platform}-${process.arch}`);
  if (bundled) return bundled;
  console.error(
    `XiaoZhi XS needs Node ${NODE_MAJOR} or newer; this is ${process.version}, and no bundled one exists for ` +
      `${process.platform} ${process.arch}. Install it from nodejs.org or your package manager.`,
  );
  process.exit(1);
}

function bundledNode(name) {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return undefined;
  }
}

/**
 * Flags and environment of Node for a command. The gateway keeps little room for young objects, which would grow to tens
 * of MB while devices log in and be of no use afterwards, and clears up early what logins leave among the old ones. One
 * arena for all threads: with more, each keeps what it was once given (6 KiB of a device's memory in the gateway). Each
 * was measured with `npm run bench -- gateway`, `-- mcp` and `-- talkers`: less memory costs time.
 */
function settingsOf(command) {
  const settings = JSON.parse(readFileSync(join(ROOT, "cli", "node-settings.json"), "utf8"));
  return { flags: [], env: {}, ...settings[command] };
}

install();
const words = process.argv.slice(2);
const { flags, env: tuning } = settingsOf(words[0]);
const withTypes = IS_PACKAGE ? ["--import", pathToFileURL(join(ROOT, "cli", "types.mjs")).href] : [];
const args = ["--disable-warning=ExperimentalWarning", ...withTypes, ...flags, join(ROOT, "cli", "main.ts"), ...words];
// Node keeps what it compiled, types already taken out, so that the next start has less to do.
const env = { NODE_COMPILE_CACHE: join(ROOT, ".build", "compiled"), ...tuning, ...process.env };
const child = spawn(findNode(), args, { stdio: "inherit", env });
// Ctrl-C reaches the child by itself; a signal to this process alone must be passed on.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : code));
