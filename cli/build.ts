import { buildNative } from "./native/build.ts";

/** Builds the native parts when their inputs changed, with one line of progress on a terminal. */
export async function ensureBuilt(): Promise<void> {
  const isTerminal = process.stderr.isTTY;
  let announced = false;
  const { built, seconds } = await buildNative({
    onProgress: (done, total, what) => {
      if (isTerminal) process.stderr.write(`\rCompiling ${done}/${total} ${what.padEnd(32).slice(0, 32)}`);
      else if (!announced) process.stderr.write(`Compiling ${total} C files …\n`);
      announced = true;
    },
  });
  if (built) process.stderr.write(`${isTerminal ? "\r\x1b[K" : ""}Native parts built in ${seconds.toFixed(0)} s.\n`);
}

/** `xiaozhi build`: the build itself has happened when this runs, as for every command that needs it. */
export async function run(): Promise<number> {
  console.log("The native parts are up to date.");
  return 0;
}
