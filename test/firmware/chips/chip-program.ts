import { VirtualClock } from "../../../simulator/clock.ts";
import { I2cBuses, type I2cChip } from "../../../simulator/device/i2c-buses.ts";
import { MemoryStore } from "../../../simulator/device/settings-store.ts";
import { VirtualDevice } from "../../../simulator/device.ts";
import { loadFirmware } from "../../../simulator/firmware.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";

/** What every program can use: `say` reports a value, `attempt` what a function gives or throws. */
const PRELUDE = `import KeyValue from "embedded:storage/key-value";
import { Shared } from "modules/system/shared";
const say = (value) => trace("said " + JSON.stringify(value === undefined ? "undefined" : value) + "\\n");
const attempt = (run) => { try { return run() ?? "done"; } catch (error) { return error.code + ": " + error.message; } };
const bus = { data: 1, clock: 2 };
const format = { sampleRate: 24000, bits: 16, hasMclk: true, frameBits: 32 };
`;

/**
 * Runs a program with the firmware's drivers on XS, with these chips on its bus; gives what it said. `imports` are the
 * program's own.
 */
export function runWithChips(
  chips: readonly (readonly [address: number, chip: I2cChip])[],
  imports: string,
  body: string,
  board = "simulator",
): unknown[] {
  // A build for each set of imports; the body comes as a setting, for a build takes longer than most programs.
  const source = `${imports}\n${PRELUDE}export default () => {
    eval(KeyValue.open({ path: "program", format: "string" }).read("body"));
  };`;
  const store = new MemoryStore();
  store.set("program", "body", { format: "string", value: body });
  const clock = new VirtualClock();
  const said: unknown[] = [];
  const device = new VirtualDevice({
    clock,
    network: new MemoryNetwork({ clock }),
    store,
    reboots: false,
    i2c: new I2cBuses(chips),
    firmware: loadFirmware({ board, modules: [{ specifier: "main", path: "main.ts", source }] }),
    onLog({ text }) {
      if (text.startsWith("said ")) said.push(JSON.parse(text.slice(5)));
    },
  });
  device.start();
  const { failure } = device;
  device.close();
  if (failure) throw failure;
  return said;
}
