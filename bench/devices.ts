import { join } from "node:path";
import { RealClock } from "../simulator/clock.ts";
import { VirtualDevice } from "../simulator/device.ts";
import { loadFirmware } from "../simulator/firmware.ts";
import { HostNetwork } from "../simulator/host-network.ts";
import { type Figure, median } from "./figures.ts";
import { LoadServer } from "./load.ts";

const COUNT = 100;
const MEASURED_MS = 10_000;
const TOOL_CALLS = 500;
/** Speech, so that the encoder works; silence costs it next to nothing. */
const TONE_MS = 60_000;

function tone(): Int16Array {
  return Int16Array.from({ length: 16 * TONE_MS }, (_, i) => 6000 * Math.sin(i / 9) * Math.sin(i / 700));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Devices that talk and listen at once over loopback sockets: what each costs, and how fast its tools answer. */
export async function benchDevices(): Promise<Figure[]> {
  const server = new LoadServer();
  const otaUrl = await server.start();
  const firmware = loadFirmware({ board: join(import.meta.dirname, "board"), config: { otaUrl } });
  const clock = new RealClock();
  const network = new HostNetwork();
  const pcm = tone();
  const startOne = async (seed: number) => {
    const device = new VirtualDevice({ clock, network, firmware, seed });
    device.start();
    await device.reached("idle");
    return device;
  };
  const single = await startOne(1_000_000);
  single.click();
  await single.reached("speaking");
  const calls = await server.toolCalls(TOOL_CALLS);
  single.close();

  const rssBefore = process.memoryUsage.rss();
  const devices: VirtualDevice[] = [];
  for (let n = 0; n < COUNT; n++) devices.push(await startOne(n + 1));
  for (const device of devices) {
    void device.microphone.say(pcm, 16_000);
    device.click();
    await device.reached("speaking");
  }
  await pause(1000);
  const framesBefore = await server.frames();
  const cpuBefore = process.cpuUsage();
  const playedBefore = devices.reduce((sum, { stats }) => sum + stats.playedSamples, 0);
  const from = performance.now();
  await pause(MEASURED_MS);
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const sent = ((await server.frames()) - framesBefore) / COUNT / seconds;
  const played = devices.reduce((sum, { stats }) => sum + stats.playedSamples, 0) - playedBefore;
  const underruns = devices.reduce((sum, { stats }) => sum + stats.underruns, 0);
  const rssEach = (process.memoryUsage.rss() - rssBefore) / COUNT / 1024;
  for (const device of devices) device.close();
  await server.stop();
  const perCore = (COUNT * seconds) / ((user + system) / 1e6);
  return [
    { name: `full-duplex devices per core (of ${COUNT} over sockets)`, value: perCore.toFixed(0), target: ">= 300" },
    { name: "  frames sent by each, per second", value: sent.toFixed(1), target: "16.7" },
    { name: "  sound played by each, s per s", value: (played / COUNT / 24_000 / seconds).toFixed(2), target: "1.00" },
    { name: "  gaps in the sound, all devices", value: String(underruns) },
    { name: "RSS of each device, KiB", value: rssEach.toFixed(0), target: "<= 700" },
    { name: "device tool call, round trip, median ms", value: median(calls).toFixed(2), target: "<= 5" },
  ];
}
