import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type FirmwareManifest, type JsonObject, readManifest } from "../../simulator/manifest.ts";
import { TWINS } from "../../simulator/twins/twins.ts";
import { ROOT } from "../process.ts";
import type { BoardFacts, UsedPin } from "./facts.ts";
import type { Finding } from "./finding.ts";
import type { BoardFolder } from "./folder.ts";
import { type JsonFile, readJsonFile } from "./json-file.ts";
import { checkPartitions, slotBytes } from "./partitions.ts";
import type { BoardSyntax } from "./syntax.ts";

/** What mcconfig knows at the top of a manifest. */
const MEMBERS = new Set([
  ...["build", "include", "modules", "preload", "strip", "resources", "data", "config", "creation", "defines"],
  ...["platforms", "typescript", "ble", "bundle", "errors", "warnings", "run", "dependencies"],
]);

/** What XS links for a board, and native code with Wi-Fi and TLS, about. */
const PROGRAM_BYTES = 0x1c0000;

/** How a board is built, as its manifest says with all that it includes. */
export interface BoardBuild {
  readonly file: JsonFile;
  readonly manifest: FirmwareManifest;
  /** For a device, not for the simulator. */
  readonly isEsp32: boolean;
  /** The folder of sdkconfig.defaults, where there is one. */
  readonly sdkconfig: string | undefined;
  /** 0 when sdkconfig.defaults does not say it. */
  readonly flashBytes: number;
  readonly hasOctalPsram: boolean;
}

/** Reads a board's manifest; what is wrong with it is a finding. */
export function readBuild(folder: BoardFolder): BoardBuild | Finding {
  const file = readJsonFile(folder.manifest);
  if (!("value" in file)) return file;
  let manifest: FirmwareManifest;
  try {
    manifest = readManifest(join(ROOT, "manifest.json"), { board: folder.directory });
  } catch (error) {
    return { file: folder.manifest, text: (error as Error).message.replace(`${folder.manifest}: `, "") };
  }
  const sdkconfig = manifest.build.get("SDKCONFIGPATH");
  const defaults = sdkconfig === undefined ? "" : join(sdkconfig, "sdkconfig.defaults");
  const settings = existsSync(defaults) ? readFileSync(defaults, "utf8") : "";
  const megabytes = /^CONFIG_ESPTOOLPY_FLASHSIZE_(\d+)MB=y/m.exec(settings)?.[1] ?? "0";
  return {
    file,
    manifest,
    isEsp32: manifest.build.has("ESP32_SUBCLASS"),
    sdkconfig: settings === "" ? undefined : defaults,
    flashBytes: Number(megabytes) << 20,
    hasOctalPsram: /^CONFIG_SPIRAM_MODE_OCT=y/m.test(settings),
  };
}

/** Pins that drivers of the SDK are told by the manifest: `defines.ili9341.cs_pin`. */
export function definedPins({ manifest }: BoardBuild): UsedPin[] {
  const pins: UsedPin[] = [];
  for (const [group, values] of Object.entries(manifest.defines)) {
    if (typeof values !== "object") continue;
    for (const [name, pin] of Object.entries(values as JsonObject)) {
      if (!name.endsWith("_pin") || typeof pin !== "number" || pin < 0) continue;
      pins.push({ pin, use: `${group} ${name.slice(0, -"_pin".length)}`, field: "defines" });
    }
  }
  return pins;
}

/** What the build of a board is checked against. */
interface Built {
  readonly folder: BoardFolder;
  readonly build: BoardBuild;
  readonly syntax: BoardSyntax;
  readonly facts: BoardFacts;
}

/** Members of the manifest that mcconfig does not know: what they should have said would be missed elsewhere. */
export function checkMembers({ manifest }: BoardFolder, { file }: BoardBuild): Finding[] {
  const unknown = Object.keys(file.value as object).filter((name) => !MEMBERS.has(name));
  const known = [...MEMBERS].join(", ");
  return unknown.map((name) => {
    return { file: manifest, line: file.lineOf([name]), text: `a manifest has no "${name}"; it has ${known}` };
  });
}

/** What is wrong with the build of a board, apart from its pins. */
export function checkBuild(built: Built): Finding[] {
  const { folder, build } = built;
  const at = (text: string, ...path: string[]): Finding => ({
    file: folder.manifest,
    line: build.file.lineOf(path),
    text,
  });
  const findings: Finding[] = [];
  if (!build.manifest.modules.has("board")) findings.push(at(`it names no module "board": "./board"`, "modules"));
  if (!build.isEsp32) return findings;
  const image = build.manifest.defines["image"] as JsonObject | undefined;
  if (image?.["board"] !== folder.name) {
    const text = `defines.image.board is ${JSON.stringify(image?.["board"] ?? null)}, and the folder is "${folder.name}": upgrades go by it`;
    findings.push(at(text, "defines", "image", "board"));
  }
  return [...findings, ...checkFlash(built)];
}

/** The manifest that brings a module of this project: its own, or that of its folder or of one above. */
function manifestOf(module: string): string | undefined {
  const own = `${module}.json`;
  if (existsSync(join(ROOT, own))) return own;
  for (let folder = dirname(module); folder !== "."; folder = dirname(folder)) {
    if (existsSync(join(ROOT, folder, "manifest.json"))) return `${folder}/manifest.json`;
  }
  return undefined;
}

/** What a board imports and its manifest does not bring: types are found all the same, and the device would not start. */
export function checkImports({ folder, build, syntax }: Omit<Built, "facts">): Finding[] {
  const { modules } = build.manifest;
  const missing = syntax.imports().filter(({ module }) => {
    return !module.startsWith(".") && !modules.has(module) && !Object.hasOwn(TWINS, module);
  });
  return missing.map(({ module, line }) => {
    const manifest = manifestOf(module);
    const hint =
      manifest === undefined ? "" : `: add ${join(relative(folder.directory, ROOT), manifest)} to its "include"`;
    return { file: folder.board, line, text: `it imports "${module}", which its manifest does not bring${hint}` };
  });
}

function checkFlash({ folder, build, syntax, facts }: Built): Finding[] {
  const { sdkconfig, manifest } = build;
  const { flashBytes } = facts;
  const file = folder.manifest;
  if (sdkconfig === undefined) return [{ file, text: "it names no folder with sdkconfig.defaults (SDKCONFIGPATH)" }];
  if (build.flashBytes === 0) return [{ file: sdkconfig, text: "it has no CONFIG_ESPTOOLPY_FLASHSIZE_…MB=y" }];
  const findings: Finding[] = [];
  if (flashBytes !== undefined && flashBytes !== build.flashBytes) {
    const text = `flashBytes is ${flashBytes >> 20} MB, and its sdkconfig.defaults says ${build.flashBytes >> 20} MB`;
    findings.push({ file: folder.board, line: syntax.lineOfField("flashBytes"), text });
  }
  const table = manifest.build.get("PARTITIONS_FILE") ?? manifest.build.get("PARTITIONS_FILE_FOR_TARGET");
  if (table === undefined || !existsSync(table)) {
    return [...findings, { file, text: `its partition table is not there: PARTITIONS_FILE_FOR_TARGET ${table ?? ""}` }];
  }
  const text = readFileSync(table, "utf8");
  const faults = checkPartitions(text, build.flashBytes);
  return [...findings, ...faults.map((fault) => ({ file: table, ...fault })), ...roomFindings(build, table, text)];
}

/** A board whose fonts leave too little of a slot for the program. How large that is, only a build can say. */
function roomFindings({ manifest }: BoardBuild, table: string, text: string): Finding[] {
  const slot = slotBytes(text);
  const files = [...manifest.data.values()].reduce((sum, file) => sum + statSync(file).size, 0);
  if (slot === undefined || files + PROGRAM_BYTES <= slot) return [];
  const mb = (bytes: number) => (bytes / (1 << 20)).toFixed(1);
  const said = `${mb(files)} MB of fonts and other files and about ${mb(PROGRAM_BYTES)} MB of program are more than its slots of ${mb(slot)} MB`;
  return [{ file: table, isWarning: true, text: `${said}: take smaller fonts, or a module with more flash memory` }];
}
