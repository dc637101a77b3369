import { VirtualClock } from "../../../simulator/clock.ts";
import { type DeviceOptions, VirtualDevice } from "../../../simulator/device.ts";
import { firmwareOf } from "../../../simulator/firmware.ts";
import { MemoryNetwork } from "../../../simulator/memory-network.ts";

/** A small program on a virtual device, and what it has traced. */
export interface Program {
  clock: VirtualClock;
  network: MemoryNetwork;
  device: VirtualDevice;
  /** What the program said with `say`, in order. */
  said: unknown[];
  /** Log lines of level error. */
  errors: string[];
}

/** What every program can use: `say` reports a value, `attempt` reports what a function gives or throws. */
const PRELUDE = `const say = (value) => trace("said " + JSON.stringify(value === undefined ? "undefined" : value) + "\\n");
const attempt = (run) => { try { return run() ?? "done"; } catch (error) { return error.name + ": " + error.message; } };
const text = (buffer) => String.fromArrayBuffer(buffer instanceof ArrayBuffer ? buffer : buffer.slice().buffer);
const bytes = (string) => ArrayBuffer.fromString(string);
`;

/** Makes a device whose program is `main`, the body of a module; it runs at `device.start()`. */
export function program(main: string, options: Partial<DeviceOptions> = {}): Program {
  const clock = (options.clock as VirtualClock | undefined) ?? new VirtualClock({ start: 1_000_000 });
  const network = (options.network as MemoryNetwork | undefined) ?? new MemoryNetwork({ clock });
  const said: unknown[] = [];
  const errors: string[] = [];
  const device = new VirtualDevice({
    clock,
    network,
    reboots: false,
    meterLimit: 20_000_000,
    ...options,
    firmware: firmwareOf([{ specifier: "main", path: "main.ts", source: withPrelude(main) }]),
    onLog({ level, text }) {
      if (text.startsWith("said ")) said.push(JSON.parse(text.slice(5)));
      else if (level === "error") errors.push(text);
    },
  });
  return { clock, network, device, said, errors };
}

/** Imports stay first, so that line numbers are those of the test plus the prelude's. */
function withPrelude(main: string): string {
  return main.replace(/^((?:\s*import [^\n]*\n)*)/, `$1${PRELUDE}`);
}

/** Runs a program for a while and gives what it said; a crash of the device is an error. */
export async function run(main: string, ms = 1000, options: Partial<DeviceOptions> = {}): Promise<unknown[]> {
  const { clock, device, said } = program(main, options);
  device.start();
  await clock.advance(ms);
  const { failure } = device;
  device.close();
  if (failure) throw failure;
  return said;
}
