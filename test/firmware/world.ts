import type { ModuleText } from "../../simulator/bundle.ts";
import { VirtualClock } from "../../simulator/clock.ts";
import { type DeviceOptions, VirtualDevice } from "../../simulator/device.ts";
import { loadFirmware } from "../../simulator/firmware.ts";
import { MemoryNetwork, type MemoryNetworkOptions } from "../../simulator/memory-network.ts";
import { ScriptedServer } from "./scripted-server.ts";

export type WorldOptions = Partial<DeviceOptions> & { modules?: readonly ModuleText[] };

/** A device with the project's firmware and a scripted server, on virtual time. */
export async function createWorld(options: WorldOptions = {}, wires: Partial<MemoryNetworkOptions> = {}) {
  const { modules, ...rest } = options;
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: [2, 8], ...wires });
  const server = new ScriptedServer(clock);
  await server.join(network);
  const states: string[] = [];
  const lines: string[] = [];
  const device = new VirtualDevice({
    clock,
    network,
    config: { otaUrl: server.otaUrl },
    onState: (state) => {
      states.push(state);
      server.trace.state(state);
    },
    onLog: ({ level, text }) => lines.push(`${level} ${text}`),
    ...(modules && { firmware: loadFirmware({ modules, config: { otaUrl: server.otaUrl } }) }),
    ...rest,
  });
  /** Powers on and waits until the device is ready. */
  const boot = async () => {
    device.start();
    await clock.run(device.reached("idle"));
  };
  /** Clicks and waits until the device listens. */
  const listen = async () => {
    device.click();
    await clock.run(device.reached("listening"));
    await clock.advance(50);
  };
  return { clock, network, server, device, states, lines, boot, listen };
}
