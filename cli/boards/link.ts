import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { readManifest } from "../../simulator/manifest.ts";
import { platformOf } from "../board/flash/sdk-build.ts";
import type { BoardFolder } from "../board/folder.ts";
import { type ImageSize, readImageSize } from "../firmware/image-size.ts";
import { ROOT } from "../process.ts";

const run = promisify(execFile);

/** mcconfig asks git for the version of ESP-IDF; an empty repository with this tag is enough up to linking. */
const IDF_VERSION = "v6.0";
const LOG_BYTES = 64 << 20;

/** A board's firmware does not link. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly code = "link-failed";
}

/** Links the firmware of boards with the Moddable SDK, as far as that goes without ESP-IDF. */
export class Linker {
  readonly #output = mkdtempSync(join(tmpdir(), "boards-"));
  #idf: Promise<string> | undefined;

  /**
   * All that the SDK makes of a board without ESP-IDF: TypeScript, bytecode, preload, and the files beside.
   *
   * @throws LinkError with the end of what the tools said, or with the linker's warnings
   */
  async link(folder: BoardFolder): Promise<ImageSize> {
    const { name, directory } = folder;
    const output = join(this.#output, name);
    mkdirSync(output);
    this.#idf ??= this.#fakeIdf();
    const idf = await this.#idf;
    await call("mcconfig", ["-p", platformOf(folder), "-o", output], idf);
    const build = join(output, "tmp/esp32", basename(directory), "release/xiaozhi");
    // ESP-IDF would make it; nothing that is compiled here reads it.
    const settings = join(build, "xsProj-esp32s3/build/config/sdkconfig.h");
    mkdirSync(join(settings, ".."), { recursive: true });
    writeFileSync(settings, "");
    const targets = ["mc.xs.c", "mc.resources.c"].map((name) => join(build, name));
    const text = await call("make", ["-o", settings, "-f", join(build, "makefile"), ...targets], idf);
    const warnings = text.split("\n").filter((line) => line.startsWith("### warning"));
    if (warnings.length > 0) {
      throw new LinkError(`${name}: modules that are not ready for flash memory:\n${warnings.join("\n")}`);
    }
    const size = readImageSize(build);
    rmSync(output, { recursive: true });
    return size;
  }

  close(): void {
    rmSync(this.#output, { recursive: true, force: true });
  }

  async #fakeIdf(): Promise<string> {
    const idf = join(this.#output, "idf");
    await call("git", ["init", "-q", idf]);
    const commit = ["commit", "-q", "--allow-empty", "-m", "idf"];
    await call("git", ["-C", idf, "-c", "user.name=link", "-c", "user.email=link@localhost", ...commit]);
    await call("git", ["-C", idf, "tag", IDF_VERSION]);
    return idf;
  }
}

async function call(program: string, args: readonly string[], idf = ""): Promise<string> {
  try {
    const env = {
      ...process.env,
      PATH: `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}`,
      ...(idf !== "" && { IDF_PATH: idf }),
    };
    const { stdout, stderr } = await run(program, args, { cwd: ROOT, env, maxBuffer: LOG_BYTES });
    return stdout + stderr;
  } catch (cause) {
    const { stdout = "", stderr = "", message = "" } = cause as { stdout?: string; stderr?: string; message?: string };
    const tail = (stdout + stderr || message).split("\n").slice(-40).join("\n");
    throw new LinkError(`${program} ${args.join(" ")}:\n${tail}`, { cause });
  }
}

/** Boards with the same key differ in constants of C and in their name: one link tells what all of them need. */
export function linkKey({ directory }: BoardFolder): string {
  const { modules, preload } = readManifest(join(ROOT, "manifest.json"), { board: directory });
  const own = [...modules].filter(([name]) => name !== "board");
  return JSON.stringify([own.sort(), [...preload].sort(), importsOf(directory)]);
}

/** What its own module brings in. */
function importsOf(directory: string): string[] {
  const file = join(directory, "board.ts");
  if (!existsSync(file)) return [];
  return [...readFileSync(file, "utf8").matchAll(/ from "([^"]+)"/g)].map(([, name]) => name as string).sort();
}
