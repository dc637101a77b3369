export type DeviceLogLevel = "error" | "warn" | "info" | "debug";

export interface DeviceLogLine {
  level: DeviceLogLevel;
  text: string;
}

const LEVEL = /^(error|warn|info|debug) (.*)$/s;

/** The lines of what a device has traced; a line says its level with its first word. */
export function parseLog(text: string): DeviceLogLine[] {
  return text.split("\n").map((line) => {
    const parts = LEVEL.exec(line);
    return parts ? { level: parts[1] as DeviceLogLevel, text: parts[2]! } : { level: "debug", text: line };
  });
}

/** The state that a log line announces: `session state listening from=connecting`. */
export function stateIn(line: DeviceLogLine): string | undefined {
  return /^session state (\S+)/.exec(line.text)?.[1];
}
