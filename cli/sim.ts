import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, parse as parsePath } from "node:path";
import { writeWav } from "../host-server/audio/wav.ts";
import { RealClock } from "../simulator/clock.ts";
import { ConversationError, converse, type Exchange, type Speech } from "../simulator/conversation.ts";
import { encodePng } from "../simulator/device/png.ts";
import { JsonStore } from "../simulator/device/settings-store.ts";
import { VirtualDevice } from "../simulator/device.ts";
import { HostNetwork } from "../simulator/host-network.ts";
import { PortalNetwork } from "../simulator/portal-network.ts";
import { connectToPort, type PseudoTerminal } from "../simulator/pseudo-terminal.ts";
import { HELP, parseOptions, type SimOptions } from "./sim/options.ts";
import { watchPins } from "./sim/pin-watch.ts";
import { describeReady } from "./sim/ready-line.ts";
import { describeTalk } from "./sim/talk-line.ts";
import { listenFor } from "./wake/phrase-finder.ts";
import { type Spoken, spokenFor } from "./wake/wake-speech.ts";

/** With `--provision` and `--improv`: where the page is, and what is around the device. */
const PORTAL_PORT = 8080;
const AIR = [
  { ssid: "Home", password: "correct horse", rssi: -48 },
  { ssid: "Café 🦊", rssi: -70 },
  { ssid: "hidden", password: "12345678", isHidden: true },
];

/** `xiaozhi sim`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  let options: SimOptions | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`xiaozhi sim: ${(error as Error).message}\nSee "xiaozhi sim --help".`);
    return 2;
  }
  if (!options) {
    console.log(HELP);
    return 0;
  }
  const spoken = await spokenFor(options);
  const devices = createDevices(options);
  const { hear } = options;
  const finders = hear === undefined ? [] : await Promise.all(devices.map((device) => listenFor(device, hear)));
  const ports = options.improv ? devices.map(openPort) : [];
  try {
    const status = spoken ? await talk(devices, spoken, options) : await idle(devices, options);
    if (options.snapshot !== undefined) for (const [at, device] of devices.entries()) saveScreen(device, options, at);
    return status;
  } finally {
    for (const port of ports) port.close();
    for (const device of devices) device.close();
    for (const finder of finders) await finder.close();
  }
}

function createDevices(options: SimOptions): VirtualDevice[] {
  const { server, board, count, seed, settings, log } = options;
  const clock = new RealClock();
  const network = options.provision ? new PortalNetwork(PORTAL_PORT) : new HostNetwork();
  return Array.from({ length: count }, (_, index) => {
    const store = settings === undefined ? {} : { store: new JsonStore(join(settings, `device-${index + 1}.json`)) };
    const device: VirtualDevice = new VirtualDevice({
      ...store,
      ...(options.provision && { air: AIR }),
      ...(options.screen && { screen: options.screen }),
      ...(options.photo && { photo: options.photo }),
      ...(options.debugger !== undefined && { debugger: options.debugger }),
      clock,
      network,
      board,
      config: { otaUrl: server, logsTalk: true },
      seed: seed + index,
      name: count === 1 ? "device" : `device ${index + 1}`,
      onLog: ({ level, text }) => {
        const talk = describeTalk(text);
        // A fault is shown even to those who did not ask for the log.
        if (talk !== undefined) console.log(`${device.name}: ${talk}`);
        else if (log || level === "error") console.log(`${device.name}: ${level} ${text}`);
      },
      onState: (state) => {
        if (!log && count === 1) console.log(`${device.name}: ${state}`);
      },
    });
    if (log) watchPins(device.pins, clock, (change) => console.log(`${device.name}: ${change}`));
    return device;
  });
}

/** A port of this computer, at whose other end the device is. */
function openPort({ name, hardware }: VirtualDevice): PseudoTerminal {
  const port = connectToPort(hardware.serial);
  console.log(`${name}: serial port ${port.path}`);
  return port;
}

/** Devices of a home are not switched on in the same millisecond, and neither are these. */
function startAll(devices: readonly VirtualDevice[]): void {
  devices.forEach((device, index) => {
    device.clock.schedule(index * 500, () => device.start());
  });
}

async function talk(devices: readonly VirtualDevice[], spoken: Spoken, options: SimOptions): Promise<number> {
  const timeoutMs = (options.seconds ?? 60) * 1000 + devices.length * 500;
  startAll(devices);
  const results = await Promise.all(
    devices.map(async (device, index) => {
      const exchange = await talkWith(device, spoken, options, timeoutMs);
      if (exchange && options.record) save(numbered(options.record, index), exchange.answer);
      return exchange?.latencyMs !== undefined;
    }),
  );
  const heard = results.filter((wasHeard) => wasHeard).length;
  if (devices.length > 1) console.log(`${heard} of ${devices.length} devices answered audibly`);
  return heard === devices.length ? 0 : 1;
}

/** One exchange, and a line about it; undefined when there was none. */
async function talkWith(
  device: VirtualDevice,
  { speech, call }: Spoken,
  { server, wake }: SimOptions,
  timeoutMs: number,
): Promise<Exchange | undefined> {
  try {
    const exchange = await converse(device, speech, {
      timeoutMs,
      ...(call && { call }),
      ...(wake !== undefined && { wakeWord: wake }),
    });
    console.log(`${device.name}: ${describe(exchange)}`);
    return exchange;
  } catch (error) {
    if (!(error instanceof ConversationError)) throw error;
    console.log(`${error.message}${hint(error, server)}`);
    return undefined;
  }
}

function describe({ latencyMs, audibleMs, underruns }: Exchange): string {
  if (latencyMs === undefined) return "the server answered, but nothing was audible";
  const gaps = underruns > 0 ? `, ${underruns} gaps` : "";
  return `answer after ${Math.round(latencyMs)} ms, ${(audibleMs / 1000).toFixed(1)} s long${gaps}`;
}

function hint({ code }: ConversationError, server: string): string {
  if (code === "not-ready") return `\nIs a server running at ${server}? "xiaozhi server" starts one; --log shows more.`;
  return "\n--log shows what the device was told.";
}

function numbered(file: string, index: number): string {
  const { dir, name, ext } = parsePath(file);
  return index === 0 ? file : join(dir, `${name}-${index + 1}${ext}`);
}

function saveScreen({ name, hardware }: VirtualDevice, { snapshot = "" }: SimOptions, index: number): void {
  const { size } = hardware.screen;
  if (size.width === 0) return console.log(`${name}: its board has no screen, or it was never drawn to`);
  const file = numbered(snapshot, index);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, encodePng(hardware.screen.rgb(), size));
  console.log(`wrote ${file}`);
}

function save(file: string, { pcm, sampleRate }: Speech): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, writeWav({ pcm, sampleRate, channels: 1 }));
  console.log(`wrote ${file}`);
}

async function idle(devices: readonly VirtualDevice[], options: SimOptions): Promise<number> {
  const { seconds, server, wake } = options;
  startAll(devices);
  const all = devices.length === 1 ? "one device" : `${devices.length} devices`;
  console.log(`running ${all} for ${server}${seconds ? ` for ${seconds} s` : "; end with Ctrl-C"}`);
  if (options.provision) console.log(`give it a network at http://127.0.0.1:${PORTAL_PORT}/`);
  const ready = new Set<VirtualDevice>();
  for (const device of devices) {
    device.reached("idle").then(() => {
      ready.add(device);
      if (wake !== undefined) device.wake(wake);
    });
  }
  await stopAsked(seconds);
  const crashes = devices.reduce((sum, device) => sum + device.stats.crashes, 0);
  const others = devices.filter((device) => !ready.has(device)).map(({ state }) => state);
  console.log(`${describeReady(ready.size, others)}${crashes ? `; ${crashes} crashes` : ""}`);
  return ready.size === devices.length && crashes === 0 ? 0 : 1;
}

/** Resolves at Ctrl-C, at a request to end, or after that many seconds. */
function stopAsked(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = seconds === undefined ? undefined : setTimeout(() => stop(), seconds * 1000);
    const stop = () => {
      clearTimeout(timer);
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve();
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
  });
}
