import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram, buildRunner } from "../../cli/linux/build.ts";
import { LinuxProgram } from "../../cli/linux/linux-program.ts";
import { startPeers } from "./peers.ts";

const ALSA = join(import.meta.dirname, "alsa.conf");

/** What runs the programs under the SDK: the build and its runner. */
export interface SdkBuild {
  readonly runner: string;
  readonly program: string;
}

/** Builds the programs with the SDK. */
export async function buildUnderSdk(): Promise<SdkBuild> {
  const program = await buildProgram(join(import.meta.dirname, "manifest.json"), "contract");
  return { runner: await buildRunner(), program };
}

/** What a program says under the SDK, line by line; an engine that gives up is a line, too. */
export async function runUnderSdk(build: SdkBuild, name: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "contract-"));
  const { close, ...places } = await startPeers();
  // Also after a restart.
  const onLine = (line: string) => {
    if (line === "ready") device.tell(`run ${name} ${JSON.stringify(places)}`);
  };
  const device: LinuxProgram = new LinuxProgram({
    ...build,
    folder,
    seconds: 25,
    onLine,
    env: { ALSA_CONFIG_PATH: ALSA },
  });
  try {
    const end = device.line(/^done$/, 20);
    const fault = await end.then(
      () => undefined,
      (error: { code: string }) => (error.code === "program-ended" ? "crash" : "never done"),
    );
    const lines = device.lines.slice(0, device.lines.indexOf("done") >>> 0);
    const said = lines.filter((line) => line.startsWith("said ")).map((line) => line.slice(5));
    return fault ? [...said, fault] : said;
  } finally {
    await device.stop();
    close();
    rmSync(folder, { recursive: true });
  }
}
