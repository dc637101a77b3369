import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, parse as parsePath } from "node:path";
import { parseArgs } from "node:util";
import { readWav, writeWav } from "../host-server/audio/wav.ts";
import { RealClock } from "../simulator/clock.ts";
import { ConversationError, converse, type Exchange, type Speech } from "../simulator/conversation.ts";
import { encodePng } from "../simulator/device/png.ts";
import { PIXEL_FORMATS } from "../simulator/device/raster.ts";
import type { ScreenShape } from "../simulator/device/screen-image.ts";
import { JsonStore } from "../simulator/device/settings-store.ts";
import { VirtualDevice } from "../simulator/device.ts";
import { DEFAULT_BOARD } from "../simulator/firmware.ts";
import { HostNetwork } from "../simulator/host-network.ts";
import { PortalNetwork } from "../simulator/portal-network.ts";
import { connectToPort, type PseudoTerminal } from "../simulator/pseudo-terminal.ts";
import { synthesize } from "./speech.ts";

const DEFAULT_SERVER = "http://127.0.0.1:8002/xiaozhi/ota/";

/** The board of the simulator that has a screen. */
const SCREEN_BOARD = "simulator-screen";
/** The one with a cable. */
const CABLE_BOARD = "simulator-serial";

/** With `--provision` and `--improv`: where the page is, and what is around the device. */
const PORTAL_PORT = 8080;
const AIR = [
  { ssid: "Home", password: "correct horse", rssi: -48 },
  { ssid: "Café 🦊", rssi: -70 },
  { ssid: "hidden", password: "12345678", isHidden: true },
];

const HELP = `Usage: xiaozhi sim [options]

Runs virtual XiaoZhi devices: the firmware of this project, on the engine of the real device, on this computer.
They connect to a XiaoZhi server like any device; "xiaozhi server" starts one.

What to do
  --say TEXT        press the button, speak TEXT (English), wait for the answer, and end
  --wav FILE        the same with a recording: 16-bit PCM WAV
  --wake WORDS      call the device by its wake word instead of by its button, for example "ni hao xiao zhi";
                    with --board simulator-wake the server gets the sound of it, too
  --provision       a device without a network; its page is at http://127.0.0.1:8080/ and asks for one. Around it are
                    "Home" (password "correct horse"), "Café 🦊" (open), and "hidden" (password "12345678")
  --improv          the same with a cable: its serial port is printed, for programs that speak Improv
  (neither)         run until Ctrl-C, or for --seconds

Where and what
  --server URL      address that the device asks at its start  [${DEFAULT_SERVER}]
  --board NAME      a folder of boards/, or a path to one  [${DEFAULT_BOARD}]
  --count N         that many devices, one after the other half a second apart  [1]
  --seed N          decides MAC addresses and all random numbers  [1]
  --screen WxH      a screen of that size, for example 240x240, with --board simulator-screen (then the default);
                    360x360r is round, 128x64m is monochrome
  --settings DIR    keep the settings of each device in DIR, as flash does; without it they are forgotten

Results
  --record FILE     write what the speaker played as a WAV file; with several devices, FILE-2.wav and so on
  --snapshot FILE   write what the screen shows at the end as a PNG file; with several devices, FILE-2.png and so on
  --seconds N       end after N seconds  [with --say and --wav: give up after 60]
  --log             show what the devices log
  --debugger A:P    connect to xsbug, or another debugger of XS, that listens at the IPv4 address A, port P; the SDK's
                    listens at 127.0.0.1:5002. While it has stopped a device, all devices of this command stand still
  --help            show this

Exit status: 0 when every device was ready, and with --say or --wav when every answer was audible; otherwise 1.

Examples
  xiaozhi sim --say "Set the volume to eighty" --record answer.wav
  xiaozhi sim --server http://192.168.1.20:8002/xiaozhi/ota/ --count 20 --seconds 300
`;

interface SimOptions {
  say: string | undefined;
  provision: boolean;
  improv: boolean;
  wav: string | undefined;
  wake: string | undefined;
  server: string;
  board: string;
  count: number;
  seed: number;
  settings: string | undefined;
  record: string | undefined;
  screen: ScreenShape | undefined;
  snapshot: string | undefined;
  seconds: number | undefined;
  log: boolean;
  debugger: string | undefined;
}

/** What was asked for on the command line cannot be done. */
class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

const OPTIONS = {
  say: text,
  provision: flag,
  improv: flag,
  wav: text,
  wake: text,
  server: text,
  board: text,
  count: text,
  seed: text,
  settings: text,
  record: text,
  screen: text,
  snapshot: text,
  seconds: text,
  log: flag,
  debugger: text,
  help: flag,
} as const;

function parse(args: string[]): SimOptions | undefined {
  const { values } = parseArgs({
    args,
    options: OPTIONS,
  });
  if (values.help) return undefined;
  if (values.say !== undefined && values.wav !== undefined) throw new UsageError("--say and --wav exclude each other");
  const screen = screenShape(values.screen);
  const usual = values.improv ? CABLE_BOARD : DEFAULT_BOARD;
  const board = screen || values.snapshot !== undefined ? SCREEN_BOARD : usual;
  return {
    say: values.say,
    provision: values.provision ?? values.improv ?? false,
    improv: values.improv ?? false,
    wav: values.wav,
    wake: values.wake,
    server: values.server ?? DEFAULT_SERVER,
    board: values.board ?? board,
    count: number("count", values.count, 1) ?? 1,
    seed: number("seed", values.seed, 0) ?? 1,
    settings: values.settings,
    record: values.record,
    screen,
    snapshot: values.snapshot,
    seconds: number("seconds", values.seconds, 1),
    log: values.log ?? false,
    debugger: debuggerAddress(values.debugger),
  };
}

/** `240x240`; `r` for a round one, `m` for a monochrome one. */
function screenShape(text: string | undefined): ScreenShape | undefined {
  if (text === undefined) return undefined;
  const [, width, height, kind] = /^(\d{2,4})x(\d{2,4})([rm]?)$/.exec(text) ?? [];
  if (width === undefined) throw new UsageError(`--screen: expected a size as in 240x240, got "${text}"`);
  const format = kind === "m" ? { pixelFormat: PIXEL_FORMATS.Gray256 } : {};
  return { width: Number(width), height: Number(height), isRound: kind === "r", ...format };
}

function debuggerAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = text.replace(/^localhost:/, "127.0.0.1:");
  if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(address)) return address;
  throw new UsageError(`--debugger: expected an IPv4 address and a port as in 127.0.0.1:5002, got "${text}"`);
}

function number(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const parsed = Number(value);
  if (!Number.isSafeInteger(parsed) || parsed < least) {
    throw new UsageError(`--${name}: expected a whole number of at least ${least}, got "${value}"`);
  }
  return parsed;
}

/** `xiaozhi sim`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  let options: SimOptions | undefined;
  try {
    options = parse(args);
  } catch (error) {
    console.error(`xiaozhi sim: ${(error as Error).message}\nSee "xiaozhi sim --help".`);
    return 2;
  }
  if (!options) {
    console.log(HELP);
    return 0;
  }
  const speech = await loadSpeech(options);
  const devices = createDevices(options);
  const ports = options.improv ? devices.map(openPort) : [];
  try {
    const status = speech ? await talk(devices, speech, options) : await idle(devices, options);
    if (options.snapshot !== undefined) for (const [at, device] of devices.entries()) saveScreen(device, options, at);
    return status;
  } finally {
    for (const port of ports) port.close();
    for (const device of devices) device.close();
  }
}

async function loadSpeech({ say, wav }: SimOptions): Promise<Speech | undefined> {
  if (say !== undefined) return synthesize(say);
  if (wav === undefined) return undefined;
  const { pcm, sampleRate, channels } = readWav(readFileSync(wav));
  // One channel is enough for a device with one microphone.
  return { pcm: channels === 1 ? pcm : pcm.filter((_, index) => index % channels === 0), sampleRate };
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
      ...(options.debugger !== undefined && { debugger: options.debugger }),
      clock,
      network,
      board,
      config: { otaUrl: server },
      seed: seed + index,
      name: count === 1 ? "device" : `device ${index + 1}`,
      onLog: ({ level, text }) => {
        // A fault is shown even to those who did not ask for the log.
        if (log || level === "error") console.log(`${device.name}: ${level} ${text}`);
      },
      onState: (state) => {
        if (!log && count === 1) console.log(`${device.name}: ${state}`);
      },
    });
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

async function talk(devices: readonly VirtualDevice[], speech: Speech, options: SimOptions): Promise<number> {
  const timeoutMs = (options.seconds ?? 60) * 1000 + devices.length * 500;
  startAll(devices);
  const results = await Promise.all(
    devices.map(async (device, index) => {
      const exchange = await talkWith(device, speech, options, timeoutMs);
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
  speech: Speech,
  { server, wake }: SimOptions,
  timeoutMs: number,
): Promise<Exchange | undefined> {
  try {
    const exchange = await converse(device, speech, { timeoutMs, ...(wake !== undefined && { wakeWord: wake }) });
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

async function idle(devices: readonly VirtualDevice[], { seconds, server, wake }: SimOptions): Promise<number> {
  startAll(devices);
  const all = devices.length === 1 ? "one device" : `${devices.length} devices`;
  console.log(`running ${all} for ${server}${seconds ? ` for ${seconds} s` : "; end with Ctrl-C"}`);
  const ready = new Set<VirtualDevice>();
  for (const device of devices) {
    device.reached("idle").then(() => {
      ready.add(device);
      if (wake !== undefined) device.wake(wake);
    });
  }
  await stopAsked(seconds);
  const crashes = devices.reduce((sum, device) => sum + device.stats.crashes, 0);
  console.log(`${ready.size} of ${devices.length} devices were ready${crashes ? `, ${crashes} crashes` : ""}`);
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
