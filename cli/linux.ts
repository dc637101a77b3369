import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { buildProgram, buildRunner, HEADLESS_MANIFEST, SOUND_MANIFEST } from "./linux/build.ts";
import { LinuxProgram } from "./linux/linux-program.ts";
import { faultsOf, playSpokenTurn } from "./linux/spoken-turn.ts";
import { ROOT } from "./process.ts";

const HELP = `Usage: xiaozhi linux run [options]     runs the SDK's Linux build of the firmware, without a window
       xiaozhi linux turn [--log]       spoken questions to it, checked by the sound of its answers

Needs the Moddable SDK (MODDABLE, and mcconfig on PATH), a C compiler and GLib's headers; with --sound also ALSA's.

Lines that are typed or piped while it runs
  click, press, release    the talk button
  wake                     the wake word
  say FILE.wav             the microphone hears that file (16-bit PCM, 16 kHz, mono); not with --sound
  quit                     ends it

Options of run
  --folder DIR    where settings.json is kept and speaker.wav written  [.build/linux/device]
  --sound         the computer's own microphone and speaker instead of files
  --program FILE  run this mc.so instead of building one
  --seconds N     end after N seconds with status 124  [never]

Exit status of run: the program's own; 64 and more when the engine gave up, 124 at the time limit.
`;

interface RunOptions {
  readonly folder: string;
  readonly sound: boolean;
  readonly program: string | undefined;
  readonly seconds: number;
}

async function runProgram({ folder, sound, program, seconds }: RunOptions): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const runner = await buildRunner();
  const built = () => (sound ? buildProgram(SOUND_MANIFEST, "sound") : buildHeadless());
  const path = program === undefined ? await built() : resolve(program);
  const device = new LinuxProgram({ runner, program: path, folder, seconds, onLine: (line) => console.log(line) });
  const input = createInterface({ input: process.stdin }).on("line", (line) => device.tell(line));
  const stop = () => void device.stop();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const status = await device.ended;
  input.close();
  return status;
}

function buildHeadless(): Promise<string> {
  return buildProgram(HEADLESS_MANIFEST, "headless");
}

/** One turn each over WebSocket and over MQTT and UDP. */
async function runTurns(isLogged: boolean): Promise<number> {
  const build = { runner: await buildRunner(), program: await buildHeadless() };
  const onLine = (line: string) => {
    if (isLogged) console.log(`  ${line}`);
  };
  let faulty = 0;
  for (const way of ["websocket", "mqtt"] as const) {
    const turn = await playSpokenTurn(build, way, onLine);
    console.log(`${way}: server heard "${turn.heardByServer}", speaker said "${turn.heardFromDevice}"`);
    const { chunkBytes, slots, stackSlots } = turn.peaks;
    console.log(
      `  memory at most, garbage included: ${chunkBytes} bytes of chunks, ${slots} slots, ${stackSlots} of stack`,
    );
    const faults = faultsOf(turn);
    for (const fault of faults) console.log(`  WRONG: ${fault}`);
    if (faults.length > 0) faulty++;
  }
  return faulty === 0 ? 0 : 1;
}

/** `xiaozhi linux`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      folder: { type: "string", default: join(ROOT, ".build/linux/device") },
      sound: { type: "boolean", default: false },
      program: { type: "string" },
      seconds: { type: "string", default: "0" },
      log: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  const [action] = positionals;
  if (action === "run" && !values.help) {
    return runProgram({ ...values, program: values.program, seconds: Number(values.seconds) });
  }
  if (action === "turn" && !values.help) return runTurns(values.log);
  console.log(HELP);
  return values.help ? 0 : 2;
}
