import { existsSync, readFileSync } from "node:fs";
import { keysOf } from "../../host-server/config/issues.ts";
import { translateReference } from "../../host-server/config/load.ts";
import { configSchema, EXTRA_NAMES, type ProviderTable, STAGE_NAMES } from "../../host-server/config/schema.ts";
import { readYaml } from "../../host-server/config/yaml.ts";
import { isObject, type JsonObject } from "../../protocol/json.ts";
import type { Change } from "../setup/changes.ts";
import { ConfigFile } from "../setup/config-file.ts";
import type { ImportReport } from "./report.ts";

/** What an import of a reference's `.config.yaml` needs. */
export interface ConfigImport {
  /** Path of the reference's file. */
  readonly from: string;
  /** Path of this server's configuration. */
  readonly to: string;
  readonly providers: ProviderTable;
  readonly isDry: boolean;
  readonly report: ImportReport;
}

/**
 * Writes what a configuration of the reference says into that of this server, under its own keys. What is there already stays, with its
 * comments; the file as it was is kept beside it.
 *
 * @throws ConfigError when one of the files is no YAML
 */
export function importConfig({ from, to, providers, isDry, report }: ConfigImport): void {
  const { value, warnings } = readYaml(readFileSync(from, "utf8"), from);
  const tree = structuredClone(value);
  for (const line of [...warnings, ...translateReference(tree)]) leaveLine(report, line);
  dropRefused(tree, providers, report);
  const text = existsSync(to) ? readFileSync(to, "utf8") : "";
  const ours = readYaml(text, to).value;
  const changes: Change[] = [];
  for (const change of leavesOf(tree, [])) {
    const key = change.path.join(".");
    const there = valueAt(ours, change.path);
    if (there === undefined) {
      changes.push(change);
      report.take(key);
    } else if (JSON.stringify(there) !== JSON.stringify(change.value)) report.leave(key, "it is set here already");
  }
  if (isDry || changes.length === 0) return;
  const file = new ConfigFile(to);
  file.writeDraft(changes);
  file.accept();
}

function leaveLine(report: ImportReport, line: string): void {
  const at = line.indexOf(": ");
  report.leave(at < 0 ? line : line.slice(0, at), at < 0 ? "" : line.slice(at + 2));
}

/** Takes out what this server would refuse. */
function dropRefused(tree: JsonObject, providers: ProviderTable, report: ImportReport): void {
  const schema = configSchema(providers);
  const stages: readonly string[] = [...STAGE_NAMES, ...EXTRA_NAMES];
  for (;;) {
    const issues = schema.safeParse(tree).error?.issues ?? [];
    const keys = new Set(issues.flatMap(keysOf).map((key) => (stages.includes(key) ? `${key}.use` : key)));
    const removed = [...keys].filter((key) => removeAt(tree, key.split(".")));
    const reason = (key: string) => issues.find((issue) => keysOf(issue).includes(key))?.message ?? "it is refused";
    for (const key of removed) report.leave(key, reason(key));
    if (removed.length === 0) return;
  }
}

/** Removes a key, or the nearest map that misses it; gives whether there was something to remove. */
function removeAt(tree: JsonObject, path: readonly string[]): boolean {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = valueAt(tree, path.slice(0, depth - 1));
    const key = path[depth - 1] as string;
    if (isObject(parent) && Object.hasOwn(parent, key)) return delete parent[key];
  }
  return false;
}

function valueAt(tree: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((map, key) => (isObject(map) ? map[key] : undefined), tree);
}

/** Every value that is no map. */
function leavesOf(map: JsonObject, path: readonly string[]): Change[] {
  return Object.entries(map).flatMap(([key, value]): Change[] => {
    if (value === null || value === undefined) return [];
    return isObject(value) ? leavesOf(value, [...path, key]) : [{ path: [...path, key], value }];
  });
}
