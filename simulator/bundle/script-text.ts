import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { SimulatorError } from "../errors.ts";

/** What was made of files, for other processes: making it takes longer than the rest of a device's start. */
const KEPT = join(import.meta.dirname, "../../.build/scripts");

const scripts = new Map<string, string>();

/**
 * The JavaScript of a file's text. Types become blanks, so lines and columns stay and XS's stacks need no source map.
 *
 * @throws SimulatorError "module-invalid" when it is no erasable TypeScript
 */
export function scriptOfFile(source: string, path: string): string {
  if (!path.endsWith(".ts")) return source;
  const known = scripts.get(source) ?? keptScript(source, path);
  scripts.set(source, known);
  return known;
}

function keptScript(source: string, path: string): string {
  const file = join(KEPT, `${digest(path)}.js`);
  // The first line says of what it was made, and by whom.
  const made = `//${digest(source)} ${process.version}\n`;
  const kept = contentsOf(file);
  if (kept?.startsWith(made)) return kept.slice(made.length);
  const script = scriptOf(source, path);
  keep(file, made + script);
  return script;
}

/** The same for a text without a file; `path` is what errors name. */
export function scriptOf(source: string, path: string): string {
  if (!path.endsWith(".ts")) return source;
  const emitWarning = process.emitWarning;
  // Node says on every start that this function is experimental; nothing else may be hidden with it.
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).includes("stripTypeScriptTypes")) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    return stripTypeScriptTypes(source, { mode: "strip" });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SimulatorError("module-invalid", `${path} is not erasable TypeScript: ${message}`, { cause });
  } finally {
    process.emitWarning = emitWarning;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function contentsOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Whole or not at all, for others may read it meanwhile. Where nothing can be written it is made anew each time. */
function keep(file: string, text: string): void {
  const part = `${file}.${process.pid}`;
  try {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(part, text);
    renameSync(part, file);
  } catch {
    // As said.
  }
}
