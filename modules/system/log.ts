import { frozen } from "../../protocol/frozen.ts";

/** Values that a log line carries beside its constant message. */
export type LogFields = { readonly [name: string]: string | number | boolean | undefined };

function line(level: string, message: string, fields: LogFields): string {
  let text = `${level} ${message}`;
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) text += ` ${name}=${value}`;
  }
  return `${text}\n`;
}

/**
 * The device's log, one line a call: `error` someone must act, `warn` degraded but going, `info` a step of the
 * conversation. What the user said is never a value here.
 */
export const log = frozen({
  error(message: string, fields: LogFields = {}): void {
    trace(line("error", message, fields));
  },
  warn(message: string, fields: LogFields = {}): void {
    trace(line("warn", message, fields));
  },
  info(message: string, fields: LogFields = {}): void {
    trace(line("info", message, fields));
  },
});

/** The text of anything that was thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
