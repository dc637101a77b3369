import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, createBundle, type ModuleText } from "./bundle.ts";
import { SimulatorError } from "./errors.ts";
import { type FirmwareManifest, type JsonObject, readManifest } from "./manifest.ts";
import { TWINS } from "./twins/twins.ts";

const ROOT = join(import.meta.dirname, "..");

/**
 * Starts the program once it is loaded, so that what it needs while running is told apart from what it is. Like the
 * SDK's network set-up, it asks a time server first when the configuration names one.
 */
const START_MODULE: ModuleText = {
  specifier: "simulator/start",
  path: "simulator/start",
  source: `import { call, register } from "host";
import "system";
import config from "mc/config";
import * as program from "main";
call("device.loaded", register({ run() {
  if (config.sntp) call("time.sync");
  program.default?.();
}, abort(reason, name, message, stack) {
  const error = new Error(message);
  globalThis.abort?.(reason, Object.defineProperties(error, { name: { value: name }, stack: { value: stack } }));
} }));
`,
};

/** A firmware build that any number of devices can run. */
export interface Firmware {
  readonly manifest: FirmwareManifest;
  readonly bundle: Bundle;
  /** What the SDK's linker would put into flash, as far as the simulator has it. */
  readonly preload: readonly string[];
  /** Loading this module readies the program; see {@link Firmware.manifest} for its `main`. */
  readonly start: string;
}

export interface FirmwareOptions {
  /** A board: the path of a folder in `boards/`, or any other path. */
  board?: string;
  /** Values that win over the manifest's `config`. */
  config?: JsonObject;
  /** Path of a manifest.json, instead of the project's own. */
  manifest?: string;
  /** Errors and debuggers show whole paths instead of those from the project's folder. */
  absolutePaths?: boolean;
  /** Modules given as text, which win over files; for tests. */
  modules?: readonly ModuleText[];
  /** Files for `Resource` beside the manifest's `data`; for tests. */
  files?: ReadonlyMap<string, Uint8Array>;
}

/** The board whose hardware is the simulator's. */
export const DEFAULT_BOARD = "simulator";

const builds = new Map<string, Firmware>();
const MAX_BUILDS = 32;

/**
 * Builds the firmware as the device build does. Devices with the same options, but for `files`, share one build.
 * @throws SimulatorError naming the board, manifest entry or module that is wrong
 */
export function loadFirmware(options: FirmwareOptions = {}): Firmware {
  const { files, ...others } = options;
  const key = files ? undefined : JSON.stringify(others);
  const known = key === undefined ? undefined : builds.get(key);
  if (key !== undefined && known) return keep(key, known);
  const board = options.manifest && !options.board ? {} : { board: boardFolder(options.board ?? DEFAULT_BOARD) };
  const config = options.config ? { config: options.config } : {};
  const manifest = readManifest(options.manifest ?? join(ROOT, "manifest.json"), { ...board, ...config });
  const { directory: _, ...placeless } = manifest;
  const shown = options.absolutePaths ? placeless : manifest;
  const bundle = createBundle(shown, TWINS, [START_MODULE, ...(options.modules ?? [])], options.files);
  // What is listed for the device only (the SDK's own modules) has nothing to load here.
  const preload = manifest.preload.filter((specifier) => bundle.specifiers.includes(specifier));
  const firmware = { manifest, bundle, preload, start: START_MODULE.specifier };
  return key === undefined ? firmware : keep(key, firmware);
}

/** A build with modules as text is seldom wanted again later, and takes megabytes: only the last ones are kept. */
function keep(key: string, firmware: Firmware): Firmware {
  builds.delete(key);
  builds.set(key, firmware);
  const [oldest] = builds.keys();
  if (builds.size > MAX_BUILDS && oldest !== undefined) builds.delete(oldest);
  return firmware;
}

/**
 * A build of modules that are given as text; the last one of them that is called "main" is the program. For tests.
 * `data` are files for `Resource`: name to path.
 */
export function firmwareOf(modules: readonly ModuleText[], data: FirmwareManifest["data"] = new Map()): Firmware {
  const creation = {
    chunk: { initial: 65_536, incremental: 0 },
    heap: { initial: 4096, incremental: 0 },
    stack: 512,
    keys: { initial: 256, incremental: 32 },
    main: "main",
  };
  const manifest: FirmwareManifest = {
    directory: ROOT,
    modules: new Map(),
    natives: [],
    includeDirs: [],
    preload: [],
    data,
    config: {},
    creation,
    defines: {},
    build: new Map(),
  };
  const bundle = createBundle(manifest, TWINS, [START_MODULE, ...modules]);
  return { manifest, bundle, preload: [], start: START_MODULE.specifier };
}

function boardFolder(board: string): string {
  const own = join(ROOT, "boards", board);
  const folder = board.includes("/") && !existsSync(join(own, "manifest.json")) ? board : own;
  if (existsSync(join(folder, "manifest.json"))) return folder;
  throw new SimulatorError("manifest-invalid", `board "${board}": ${folder} has no manifest.json`);
}
