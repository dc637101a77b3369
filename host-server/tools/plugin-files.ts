import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Clock } from "../../protocol/clock.ts";
import { isObject } from "../../protocol/json.ts";
import { ToolError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Plugin, PluginFile, PluginHost } from "./plugin.ts";

/** ms that a file has to give its plugins. */
const LOAD_MS = 10_000;
const ENDING = /(?<!\.d)\.[cm]?[jt]s$/;

export interface PluginFilesOptions {
  /** Folder of the files; a missing one has none. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** What the plugin of this name is given; undefined when it is switched off. */
  readonly hostOf: (name: string) => PluginHost | undefined;
}

/** The plugins of a folder, one file each or a few, by the name of their file. One that is broken is logged and left out. */
export async function loadPluginFiles(options: PluginFilesOptions): Promise<Map<string, readonly Plugin[]>> {
  const { folder, log, hostOf } = options;
  const loaded = new Map<string, readonly Plugin[]>();
  for (const file of filesIn(folder, log)) {
    const name = file.replace(ENDING, "");
    const path = join(folder, file);
    try {
      const host = hostOf(name);
      loaded.set(name, host ? await load(path, host, options.clock) : []);
    } catch (error) {
      log.error({ file: path, error: (error as Error).message }, "a plugin is left out");
      loaded.set(name, []);
    }
  }
  return loaded;
}

function filesIn(folder: string, log: Log): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => ENDING.test(name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") log.error({ folder, error }, "no plugins can be read");
    return [];
  }
}

/** @throws whatever the file throws, and ToolError `plugin-invalid` */
async function load(path: string, host: PluginHost, clock: Clock): Promise<readonly Plugin[]> {
  const late = Promise.withResolvers<never>();
  const tooLate = new ToolError("plugin-invalid", `it gave no plugin within ${LOAD_MS} ms`);
  const cancel = clock.schedule(LOAD_MS, () => late.reject(tooLate));
  // Loading is work that virtual time has to wait for.
  const release = clock.hold();
  try {
    return await Promise.race([pluginsOf(path, host), late.promise]);
  } finally {
    release();
    cancel();
  }
}

async function pluginsOf(path: string, host: PluginHost): Promise<readonly Plugin[]> {
  const { default: create } = (await import(pathToFileURL(resolve(path)).href)) as { default?: PluginFile };
  if (typeof create !== "function") {
    throw new ToolError("plugin-invalid", `expected a function as default export, got ${typeof create}`);
  }
  const made = await create(host);
  const plugins = [made].flat() as Plugin[];
  if (plugins.some((plugin) => !isPlugin(plugin))) {
    throw new ToolError("plugin-invalid", "expected what definePlugin gives, or a list of such");
  }
  return plugins;
}

function isPlugin(value: unknown): value is Plugin {
  if (!isObject(value) || !isObject(value["tool"]) || typeof value["run"] !== "function") return false;
  const { name, description, inputSchema } = value["tool"];
  return typeof name === "string" && name !== "" && typeof description === "string" && isObject(inputSchema);
}
