import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { type BundleHandle, loadAddon } from "./addon.ts";
import { scriptOf, scriptOfFile } from "./bundle/script-text.ts";
import { SimulatorError } from "./errors.ts";
import type { FirmwareManifest, JsonObject } from "./manifest.ts";

/** All modules of one firmware build. Machines share it: each module is parsed once in a process. */
export interface Bundle {
  readonly handle: BundleHandle;
  /** Specifiers, sorted. */
  readonly specifiers: readonly string[];
}

/** A module without a file: its text and the path that stacks show for it. */
export interface ModuleText {
  specifier: string;
  source: string;
  path: string;
}

/**
 * Joins the firmware's modules with the twins that stand for the SDK's, with `mc/config`, and with the files of `data`.
 *
 * @param manifest without `directory`, stacks and debuggers show the files' whole paths instead of those from there.
 * @param twins specifier → path of its XS-side source. A module of the manifest wins over a twin of the same name.
 * @param extra modules given as text, which win over both; for tests.
 * @param files for `Resource` beside those of the manifest; for tests.
 * @throws SimulatorError "module-missing" when a file cannot be read, "module-invalid" when it is no erasable TypeScript.
 */
export function createBundle(
  manifest: Pick<FirmwareManifest, "modules" | "config"> & Partial<Pick<FirmwareManifest, "directory" | "data">>,
  twins: Readonly<Record<string, string>> = {},
  extra: readonly ModuleText[] = [],
  files: ReadonlyMap<string, Uint8Array> = new Map(),
): Bundle {
  const modules = new Map<string, ModuleText>();
  const add = (module: ModuleText): void => void modules.set(module.specifier, module);
  add({ specifier: "mc/config", source: configSource(manifest.config), path: "mc/config" });
  for (const [specifier, path] of [...Object.entries(twins), ...manifest.modules]) {
    add(readModule(manifest.directory, specifier, path));
  }
  for (const module of extra) add({ ...module, source: scriptOf(module.source, module.path) });
  const parts = [...modules.values()].flatMap((module) => [module.specifier, module.source, module.path]);
  const data = [...(manifest.data ?? [])].map(([name, path]) => [name, readFileSync(path)] as const);
  const named = [...files, ...data].flat();
  return { handle: loadAddon().createBundle(parts, named), specifiers: [...modules.keys()].sort() };
}

function readModule(directory: string | undefined, specifier: string, path: string): ModuleText {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (cause) {
    throw new SimulatorError("module-missing", `module "${specifier}": ${path} cannot be read`, { cause });
  }
  return {
    specifier,
    source: scriptOfFile(source, path),
    path: directory === undefined ? path : relative(directory, path),
  };
}

/** `mc/config` is frozen to its last value, as the SDK makes it. */
function configSource(config: JsonObject): string {
  return `const config = JSON.parse(${JSON.stringify(JSON.stringify(config))});
const freeze = (value) => {
  if (typeof value === "object" && value !== null) for (const key of Object.keys(value)) freeze(value[key]);
  return Object.freeze(value);
};
export default freeze(config);
`;
}
