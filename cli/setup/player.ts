import { spawn } from "node:child_process";

/** Programs that play a WAV file, in the order in which they are tried. */
const PLAYERS: readonly { readonly platform: NodeJS.Platform; readonly command: readonly string[] }[] = [
  { platform: "darwin", command: ["afplay"] },
  { platform: "linux", command: ["pw-play"] },
  { platform: "linux", command: ["paplay"] },
  { platform: "linux", command: ["aplay", "-q"] },
  {
    platform: "win32",
    command: ["powershell", "-NoProfile", "-Command", "(New-Object Media.SoundPlayer $args[0]).PlaySync()"],
  },
];

const LONGEST_MS = 20_000;

/** Plays a WAV file on this computer's loudspeaker; gives whether a program was found that did it. */
export async function play(file: string): Promise<boolean> {
  for (const { platform, command } of PLAYERS) {
    if (platform === process.platform && (await succeeds([...command, file]))) return true;
  }
  return false;
}

function succeeds([program = "", ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", timeout: LONGEST_MS });
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}
