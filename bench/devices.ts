import { join } from "node:path";
import { RealClock } from "../simulator/clock.ts";
import { VirtualDevice } from "../simulator/device.ts";
import { loadFirmware } from "../simulator/firmware.ts";
import { HostNetwork } from "../simulator/host-network.ts";
import { codecCost } from "./codec.ts";
import { type Figure, median } from "./figures.ts";
import { heapFigures } from "./heap.ts";
import { LoadServer } from "./load.ts";
import { wireCost } from "./wire.ts";

const COUNT = 50;
const FRAME_MS = 60;
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

/** Begins the measurement of CPU time, sound and memory; the result covers the time until it is asked for. */
async function beginMeasuring(devices: readonly VirtualDevice[], server: LoadServer) {
  const framesBefore = await server.frames();
  const playedBefore = sumOf(devices, ({ playedSamples }) => playedSamples);
  const cpuBefore = process.cpuUsage();
  const from = performance.now();
  return async () => {
    const seconds = (performance.now() - from) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const deviceSeconds = devices.length * seconds;
    const frames = (await server.frames()) - framesBefore;
    return {
      // By the frames that were sent: a host that is too slow does less work, not the same work cheaper.
      frameCpu: (user + system) / frames,
      framesPerSecond: frames / deviceSeconds,
      playedPerSecond: (sumOf(devices, ({ playedSamples }) => playedSamples) - playedBefore) / 24_000 / deviceSeconds,
    };
  };
}

function sumOf(devices: readonly VirtualDevice[], figure: (stats: VirtualDevice["stats"]) => number): number {
  return devices.reduce((sum, { stats }) => sum + figure(stats), 0);
}

/** One device in conversation: how fast its tools answer, and what its heap holds. */
async function benchOne(startOne: (seed: number) => Promise<VirtualDevice>, server: LoadServer) {
  const device = await startOne(1_000_000);
  device.click();
  await device.reached("speaking");
  const calls = await server.toolCalls(TOOL_CALLS);
  const heap = heapFigures(device);
  device.close();
  return { calls, heap };
}

/** Devices that talk and listen at once over loopback sockets: what each costs, and how fast its tools answer. */
export async function benchDevices(): Promise<{ devices: Figure[]; heap: Figure[] }> {
  const server = new LoadServer();
  const otaUrl = await server.start();
  const firmware = loadFirmware({ board: join(import.meta.dirname, "board"), config: { otaUrl } });
  const [clock, network] = [new RealClock(), new HostNetwork()];
  const startOne = async (seed: number) => {
    const device = new VirtualDevice({ clock, network, firmware, seed });
    device.start();
    await device.reached("idle");
    return device;
  };
  const { calls, heap } = await benchOne(startOne, server);
  const wire = await wireCost(otaUrl, COUNT);
  const pcm = tone();
  const rssBefore = process.memoryUsage.rss();
  const devices: VirtualDevice[] = [];
  for (let n = 0; n < COUNT; n++) devices.push(await startOne(n + 1));
  for (const device of devices) {
    void device.microphone.say(pcm, 16_000);
    device.click();
    await device.reached("speaking");
  }
  await pause(1000);
  const measure = await beginMeasuring(devices, server);
  await pause(MEASURED_MS);
  const { frameCpu, framesPerSecond, playedPerSecond } = await measure();
  const rssEach = (process.memoryUsage.rss() - rssBefore) / COUNT / 1024;
  const gaps = sumOf(devices, ({ underruns }) => underruns);
  for (const device of devices) device.close();
  await server.stop();
  const figures = [
    { name: "full-duplex devices per core", value: ((FRAME_MS * 1000) / frameCpu).toFixed(0), target: ">= 300" },
    { name: `  CPU of a frame each way, of ${COUNT} over sockets, us`, value: frameCpu.toFixed(0), target: "<= 200" },
    { name: "    of it a plain Node client's sockets, us", value: wire.toFixed(0) },
    { name: "    of it the codec, us", value: codecCost(pcm, COUNT).toFixed(0) },
    { name: "  frames sent by each, per second", value: framesPerSecond.toFixed(1), target: "16.7" },
    { name: "  sound played by each, s per s", value: playedPerSecond.toFixed(2), target: "1.00" },
    { name: "  gaps in the sound, all devices", value: String(gaps) },
    { name: "RSS of each device, KiB", value: rssEach.toFixed(0), target: "<= 700" },
    {
      name: "device tool call, round trip, median ms",
      value: median(calls).toFixed(2),
      target: "<= 5; reference 10-50",
    },
  ];
  return { devices: figures, heap };
}
