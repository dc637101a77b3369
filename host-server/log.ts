import { Writable } from "node:stream";
import pino from "pino";

/** The server's logger: constant message, values as fields. */
export type Log = pino.Logger;

/** How much is logged, from everything to nothing. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where the log goes and how much of it. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Where lines go; a terminal gets short lines for people, everything else one JSON object a line. */
  readonly output?: NodeJS.WritableStream & { isTTY?: boolean };
  /** Sees every line, as JSON. */
  readonly onLine?: (line: string) => void;
  /** Takes out of each line what nobody may read. */
  readonly hide?: (line: string) => string;
}

/** Opens the log. */
export function createLog({ level, output = process.stdout, onLine, hide }: LogOptions): Log {
  const written = output.isTTY ? shortLines(output) : output;
  const seen = onLine ? seenBy(onLine, written) : (written as pino.DestinationStream);
  const stream = hide ? { write: (line: string) => seen.write(hide(line)) } : seen;
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: describeError },
  };
  return pino(options, stream);
}

/** The same stream, of which somebody sees every line before it is written. */
function seenBy(onLine: (line: string) => void, stream: NodeJS.WritableStream): pino.DestinationStream {
  return {
    write: (line) => {
      onLine(line);
      stream.write(line);
    },
  };
}

/** An error as a field: what is known by a code needs no stack. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  const reason = cause instanceof Error ? { cause: cause.message } : {};
  return code === undefined ? { message, stack, ...reason } : { code, message, ...reason };
}

const LEVEL_NAMES: { readonly [level: number]: string } = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "\u001b[33mwarn\u001b[0m",
  50: "\u001b[31merror\u001b[0m",
  60: "\u001b[31mfatal\u001b[0m",
};

/** Rewrites pino's JSON lines into `23:59:59 info turn finished device=… ms=…`. */
function shortLines(output: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      for (const line of String(chunk).split("\n")) {
        if (line !== "") output.write(`${shortLine(line)}\n`);
      }
      done();
    },
  });
}

/** One JSON line of the log for people. */
export function shortLine(json: string): string {
  const { level, time, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const values = Object.entries(fields).map(([key, value]) => `${key}=${brief(value)}`);
  const at = new Date(String(time)).toTimeString().slice(0, 8);
  return [at, LEVEL_NAMES[level as number] ?? level, msg, ...values].join(" ");
}

function brief(value: unknown): string {
  if (typeof value === "object" && value !== null && "message" in value) return String(value.message);
  return typeof value === "string" && !/[\s"=]/.test(value) ? value : JSON.stringify(value);
}
