import { NAMES, readTrace, writeTrace } from "./traces.ts";
import { buildUnderSdk, runUnderSdk } from "./under-sdk.ts";

/**
 * Runs the contract programs under the SDK and compares what they say with their traces; with `--record` it writes the
 * traces. Names of programs limit it to those. The exit status is the number of programs that said something else.
 */
async function main(args: readonly string[]): Promise<number> {
  const isRecording = args.includes("--record");
  const named = args.filter((arg) => arg !== "--record");
  const build = await buildUnderSdk();
  let different = 0;
  for (const name of named.length > 0 ? named : NAMES) {
    const lines = await runUnderSdk(build, name);
    if (isRecording) writeTrace(name, lines);
    const isSame = isRecording || readTrace(name).join("\n") === lines.join("\n");
    console.log(`${name}: ${isSame ? `${lines.length} lines` : `DIFFERENT\n  ${lines.join("\n  ")}`}`);
    if (!isSame) different++;
  }
  return different;
}

process.exitCode = await main(process.argv.slice(2));
