import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { compileTargets } from "../../cli/native/compile.ts";
import { buildDirectory, definesHeader, engineHeaderFlags, root } from "../../cli/native/targets.ts";
import { HEADERS, OBJECTS, STRICT, writeHeaders } from "./engine-program.ts";

const run = promisify(execFile);

const FOLDER = join(root, "modules/hardware/panels/qspi");
const WATCH = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const PINS = { cs_pin: 12, sck_pin: 11, data0_pin: 4, data1_pin: 5, data2_pin: 6, data3_pin: 7 };

/** Builds the driver for panels on QSPI with fakes of ESP-IDF's bus; gives the program's path. */
export async function buildPanelProgram(): Promise<string> {
  writeHeaders();
  const flags = ["-O1", ...STRICT, ...WATCH, `-I${HEADERS}`, `-I${FOLDER}`];
  const sources = [join(FOLDER, "qspi-bus.c"), join(import.meta.dirname, "fakes/fake-panel.c")];
  const output = join(buildDirectory, "panel-test");
  const units = sources.map((source) => ({ source, flags }));
  await compileTargets(OBJECTS, [{ output, isProgram: true, units, libraries: WATCH }]);
  return output;
}

/** What the driver does on its bus when it gets these orders, line by line. */
export async function ordersToPanel(program: string, orders: readonly string[]): Promise<string[]> {
  const { stdout } = await run(program, orders, { timeout: 20_000 });
  return stdout.split("\n").slice(0, -1);
}

/** Compiles the half of the driver that is for XS, against the headers of the simulator's XS. */
export async function compilePanelHalf(): Promise<void> {
  writeHeaders();
  writeFileSync(join(HEADERS, "mc.defines.h"), definesHeader({ qspi_panel: { width: 368, height: 448, ...PINS } }));
  const flags = ["-fPIC", ...STRICT, `-I${HEADERS}`, ...engineHeaderFlags, `-I${FOLDER}`];
  const output = join(buildDirectory, "panel-native.so");
  const units = [{ source: join(FOLDER, "qspi-panel.c"), flags }];
  await compileTargets(OBJECTS, [{ output, units, libraries: [] }]);
}
