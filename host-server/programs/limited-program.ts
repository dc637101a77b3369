import { accessSync, constants } from "node:fs";
import { totalmem } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** What a program may take; 0 is no limit. Each process that it starts may take as much again. */
export interface ProgramLimits {
  /** Memory that it writes to, in MiB. */
  readonly memoryMib: number;
  /** Time of a processor, in seconds of its whole life. */
  readonly cpuSeconds: number;
  /** The largest file that it may write, in MiB. */
  readonly fileMib: number;
}

/** A program as it is started. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
}

/** Node sets half of it aside when it starts. */
const LEAST_USUAL_MIB = 2048;

/** Where nobody says how much: half of this computer's memory, so that a program that takes ever more ends before the server does. */
export const USUAL_LIMITS: ProgramLimits = Object.freeze({
  memoryMib: Math.max(LEAST_USUAL_MIB, Math.floor(totalmem() / 2 ** 21)),
  cpuSeconds: 0,
  fileMib: 0,
});

const KIB = 1024;
/** POSIX: `ulimit -f` counts in these. */
const BLOCKS_PER_MIB = 2048;
/** Seconds that a program has after the warning by which it should end. */
const GRACE_SECONDS = 5;

/**
 * Sets the limits (where the system's own are lower they stay), hands on that the program is to end, and says of one that was ended by
 * a limit by which: without memory a program ends in a way of its own, so that all can be said is how much it had.
 */
const SHELL = `
memory=$1 cpu=$2 file=$3
ulimit -c 0 2>/dev/null
[ "$memory" = 0 ] || ulimit -d $((memory * ${KIB})) 2>/dev/null
[ "$cpu" = 0 ] || { ulimit -H -t $((cpu + ${GRACE_SECONDS})); ulimit -S -t "$cpu"; } 2>/dev/null
[ "$file" = 0 ] || ulimit -f $((file * ${BLOCKS_PER_MIB})) 2>/dev/null
shift 3
exec 3<&0
"$@" <&3 3<&- &
program=$!
exec 3<&- </dev/null
trap 'kill -TERM "$program" 2>/dev/null' TERM INT
wait "$program"
status=$?
while kill -0 "$program" 2>/dev/null; do
  wait "$program"
  status=$?
done
case "$status:$(kill -l "$status" 2>/dev/null)" in
0:* | *:TERM) ;;
*:XCPU) echo "it was ended after $cpu s of processor time (cpu_seconds)" >&2 ;;
*:XFSZ) echo "it was ended for writing a file of more than $file MiB (file_mib)" >&2 ;;
*) [ "$memory" = 0 ] || [ "$status" -lt 126 ] || echo "it ended with status $status; it may have $memory MiB of memory (memory_mib)" >&2 ;;
esac
exit "$status"`;

/**
 * The same program within limits, set by the system's shell. A command that is not there stays as it is, to be named as such; so
 * does everything on systems without such limits.
 *
 * @param path the variable PATH that the program is looked for by
 */
export function limitedProgram(program: Program, limits: ProgramLimits, path = process.env["PATH"] ?? ""): Program {
  const { memoryMib, cpuSeconds, fileMib } = limits;
  const isBound = memoryMib > 0 || cpuSeconds > 0 || fileMib > 0;
  if (!isBound || process.platform === "win32" || !isThere(program, path)) return program;
  const numbers = [memoryMib, cpuSeconds, fileMib].map((limit) => String(Math.ceil(limit)));
  return { ...program, command: "/bin/sh", args: ["-c", SHELL, "sh", ...numbers, program.command, ...program.args] };
}

function isThere({ command, cwd = "." }: Program, path: string): boolean {
  const places = command.includes("/") ? [resolve(cwd)] : path.split(delimiter).map((folder) => resolve(cwd, folder));
  return places.some((folder) => isExecutable(command.startsWith("/") ? command : join(folder, command)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
