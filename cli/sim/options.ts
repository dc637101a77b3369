import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { PIXEL_FORMATS } from "../../simulator/device/raster.ts";
import type { ScreenShape } from "../../simulator/device/screen-image.ts";
import { DEFAULT_BOARD } from "../../simulator/firmware.ts";
import { wordsOfPhrase } from "../wake/wake-phrase.ts";

const DEFAULT_SERVER = "http://127.0.0.1:8002/xiaozhi/ota/";

/** The board of the simulator that has a screen. */
const SCREEN_BOARD = "simulator-screen";
/** The one with a cable. */
const CABLE_BOARD = "simulator-serial";
/** The one whose wake word detector hears the microphone. */
const WAKE_BOARD = "simulator-wake";
const CAMERA_BOARD = "simulator-camera";

export const HELP = `Usage: xiaozhi sim [options]

Runs virtual XiaoZhi devices: the firmware of this project, on the engine of the real device, on this computer.
They connect to a XiaoZhi server like any device; "xiaozhi server" starts one.

What to do
  --say TEXT        press the button, speak TEXT (English), wait for the answer, and end; prints what was heard, which
                    tools of the device were called, and what was said
  --wav FILE        the same with a recording: 16-bit PCM WAV
  --wake WORDS      call the device by its wake word instead of by its button, for example "ni hao xiao zhi";
                    with --board simulator-wake the server gets the sound of it, too
  --hear WORDS      the device's detector hears its microphone and wakes when somebody says WORDS, for example
                    "hey computer" or "hi xiaozhi": they are spoken before what --say says, and begin what --wav plays
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
  --camera FILE     what its camera sees, a JPEG file, with --board simulator-camera (then the default)
  --settings DIR    keep the settings of each device in DIR, as flash does; without it they are forgotten

Results
  --record FILE     write what the speaker played as a WAV file; with several devices, FILE-2.wav and so on
  --snapshot FILE   write what the screen shows at the end as a PNG file; with several devices, FILE-2.png and so on
  --seconds N       end after N seconds  [with --say and --wav: give up after 60]
  --log             show what the devices log, and how their pins change
  --debugger A:P    connect to xsbug, or another debugger of XS, that listens at the IPv4 address A, port P; the SDK's
                    listens at 127.0.0.1:5002. While it has stopped a device, all devices of this command stand still
  --help            show this

Exit status: 0 when every device was ready, and with --say or --wav when every answer was audible; otherwise 1.
A device with --provision is ready when somebody has given it a network and its server has answered.

Examples
  xiaozhi sim --say "Set the volume to eighty" --record answer.wav
  xiaozhi sim --server http://192.168.1.20:8002/xiaozhi/ota/ --count 20 --seconds 300
`;

/** What was asked for on the command line. */
export interface SimOptions {
  say: string | undefined;
  provision: boolean;
  improv: boolean;
  wav: string | undefined;
  wake: string | undefined;
  hear: string | undefined;
  server: string;
  board: string;
  count: number;
  seed: number;
  settings: string | undefined;
  record: string | undefined;
  screen: ScreenShape | undefined;
  photo: Uint8Array | undefined;
  snapshot: string | undefined;
  seconds: number | undefined;
  log: boolean;
  debugger: string | undefined;
}

/** What was asked for on the command line cannot be done. */
export class UsageError extends Error {
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
  hear: text,
  server: text,
  board: text,
  count: text,
  seed: text,
  settings: text,
  record: text,
  screen: text,
  camera: text,
  snapshot: text,
  seconds: text,
  log: flag,
  debugger: text,
  help: flag,
} as const;

/**
 * Undefined when help was asked for.
 * @throws UsageError, WakePhraseError, and what `parseArgs` throws
 */
export function parseOptions(args: string[]): SimOptions | undefined {
  const { values } = parseArgs({
    args,
    options: OPTIONS,
  });
  if (values.help) return undefined;
  if (values.say !== undefined && values.wav !== undefined) throw new UsageError("--say and --wav exclude each other");
  if (values.wake !== undefined && values.hear !== undefined) {
    throw new UsageError("--wake and --hear exclude each other");
  }
  if (values.hear !== undefined) wordsOfPhrase(values.hear);
  const screen = screenShape(values.screen);
  return {
    say: values.say,
    provision: values.provision ?? values.improv ?? false,
    improv: values.improv ?? false,
    wav: values.wav,
    wake: values.wake,
    hear: values.hear,
    server: values.server ?? DEFAULT_SERVER,
    board: values.board ?? usualBoard(values),
    count: number("count", values.count, 1) ?? 1,
    seed: number("seed", values.seed, 0) ?? 1,
    settings: values.settings,
    record: values.record,
    screen,
    photo: photo(values.camera),
    snapshot: values.snapshot,
    seconds: number("seconds", values.seconds, 1),
    log: values.log ?? false,
    debugger: debuggerAddress(values.debugger),
  };
}

/** The one of the simulator that has what was asked for. */
function usualBoard(values: {
  camera?: string;
  hear?: string;
  screen?: string;
  snapshot?: string;
  improv?: boolean;
}): string {
  if (values.hear !== undefined) return WAKE_BOARD;
  if (values.camera !== undefined) return CAMERA_BOARD;
  if (values.screen !== undefined || values.snapshot !== undefined) return SCREEN_BOARD;
  return values.improv ? CABLE_BOARD : DEFAULT_BOARD;
}

function photo(file: string | undefined): Uint8Array | undefined {
  if (file === undefined) return undefined;
  const bytes = readFileSync(file);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return bytes;
  throw new UsageError(`--camera: expected a JPEG file, got ${file}`);
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
