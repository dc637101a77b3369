import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, globSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Variables of the shell that a check looks at. */
export type Environment = { readonly [name: string]: string | undefined };

/** Something that building or flashing needs, and how it is got. */
export interface Missing {
  readonly what: string;
  readonly how: string;
}

/** How ESP-IDF is called by its major and minor version. */
const IDF_VERSION = [6, 0] as const;
const COMPILER = "xtensa-esp32s3-elf-gcc";

const SETUP = `npm install --global xs-dev
     xs-dev setup                        (the Moddable SDK and its tools)
     xs-dev setup --device=esp32         (ESP-IDF and the compiler)
     and open a new terminal, in which their variables are set`;

/** The file of a program on the PATH; undefined when there is none. */
export function findProgram(name: string, { PATH = "" }: Environment): string | undefined {
  return PATH.split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => canRun(file));
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function sdkTools(sdk: string): string | undefined {
  const names: { readonly [platform: string]: string } = { linux: "lin", darwin: "mac", win32: "win" };
  const folder = join(sdk, "build", "bin", names[process.platform] ?? "lin", "release");
  return existsSync(folder) ? folder : undefined;
}

/** The environment with the SDK's own tools on the PATH, when they are built and not there yet. */
export function withSdkTools(env: Environment): Environment {
  const tools = env["MODDABLE"] === undefined ? undefined : sdkTools(env["MODDABLE"]);
  const isThere = tools === undefined || findProgram("mcconfig", env) !== undefined;
  return isThere ? env : { ...env, PATH: `${env["PATH"] ?? ""}${delimiter}${tools}` };
}

function sdkFaults(env: Environment): Missing[] {
  const { MODDABLE: sdk } = env;
  if (sdk === undefined || sdk === "") {
    return [{ what: "the Moddable SDK: the variable MODDABLE is not set", how: SETUP }];
  }
  if (!existsSync(join(sdk, "modules"))) {
    return [{ what: `the Moddable SDK: MODDABLE is ${sdk}, and there is no SDK`, how: SETUP }];
  }
  if (findProgram("mcconfig", withSdkTools(env)) !== undefined) return [];
  return [{ what: `the SDK's tools: there is no mcconfig in ${sdk}/build/bin or on the PATH`, how: "xs-dev setup" }];
}

/** `v6.0.2` → [6, 0]; undefined when nobody can tell. */
function idfVersion(idf: string): readonly number[] | undefined {
  const file = join(idf, "version.txt");
  let text = existsSync(file) ? readFileSync(file, "utf8") : "";
  try {
    if (text === "") {
      const args = ["-C", idf, "describe", "--tags", "--always", "--abbrev=0"];
      text = execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    }
  } catch {
    return undefined;
  }
  const [, major, minor] = /v?(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

function idfFaults(env: Environment): Missing[] {
  const { IDF_PATH: idf } = env;
  if (idf === undefined || idf === "") {
    const how = `xs-dev setup --device=esp32
     and open a new terminal; where it is installed already: source <its folder>/export.sh`;
    return [{ what: "ESP-IDF v6.0: the variable IDF_PATH is not set", how }];
  }
  if (!existsSync(join(idf, "tools", "idf.py"))) {
    return [{ what: `ESP-IDF v6.0: IDF_PATH is ${idf}, and there is no ESP-IDF`, how: "xs-dev setup --device=esp32" }];
  }
  const version = idfVersion(idf);
  if (version && (version[0] !== IDF_VERSION[0] || (version[1] as number) < IDF_VERSION[1])) {
    const how = `git -C ${idf} checkout v6.0 && git -C ${idf} submodule update --init --recursive && ${idf}/install.sh esp32s3`;
    return [{ what: `ESP-IDF v6.0: the one in ${idf} is v${version.join(".")}`, how }];
  }
  const absent = ["idf.py", COMPILER].filter((name) => findProgram(name, env) === undefined);
  if (absent.length === 0) return [];
  const how = `source ${idf}/export.sh       (and before, once: ${idf}/install.sh esp32s3)`;
  return [{ what: `${absent.join(" and ")} on the PATH: this terminal does not know ESP-IDF`, how }];
}

/** What is missing to build firmware, each with how it is got. */
export function checkToolchain(env: Environment): Missing[] {
  return [...sdkFaults(env), ...idfFaults(env)];
}

/** Serial ports that a device may be at. */
export function serialPorts(): string[] {
  return globSync(["/dev/ttyACM*", "/dev/ttyUSB*", "/dev/cu.usb*", "/dev/cu.wchusb*", "/dev/cu.SLAB*"]).sort();
}

/**
 * Why a device cannot be flashed through a port; undefined when it can. Without `asked` there must be exactly one.
 *
 * @param ports what there is; see {@link serialPorts}
 */
export function checkPort(asked: string | undefined, ports: readonly string[]): Missing | undefined {
  const port = asked ?? ports[0];
  if (port === undefined) {
    const how = `plug the board in with a cable that carries data; when it still does not show, hold BOOT, press RESET, and let go.
     In a virtual machine or WSL the port must be handed on (WSL: usbipd attach)`;
    return { what: "a device: no serial port is there (/dev/ttyACM*, /dev/ttyUSB*, /dev/cu.usb*)", how };
  }
  if (asked === undefined && ports.length > 1) {
    return { what: `a choice: there are ${ports.length} ports`, how: `--port ${ports.join(" or --port ")}` };
  }
  if (!existsSync(port)) {
    const all = ports.length > 0 ? `--port ${ports.join(" or --port ")}` : "plug the board in";
    return { what: `the port ${port}: it is not there`, how: all };
  }
  try {
    accessSync(port, constants.R_OK | constants.W_OK);
  } catch {
    const how = "sudo usermod -a -G dialout $USER, and log in again";
    return { what: `the right to use ${port}`, how };
  }
  return undefined;
}

/** What is missing, for a person, with how each is got. */
export function describeMissing(missing: readonly Missing[]): string {
  return missing.map(({ what, how }) => `Missing: ${what}\n  -> ${how}`).join("\n");
}
