import { relative } from "node:path";

/** Something about a board that is wrong, or only unusual. */
export interface Finding {
  /** Absolute path. */
  readonly file: string;
  /** From 1; absent where the whole file is meant. */
  readonly line?: number | undefined;
  readonly text: string;
  /** Unusual, but it may be meant so. */
  readonly isWarning?: boolean;
}

/** `boards/my-box/board.ts:14: pin 5 is used twice: as button and as lamp`; paths as seen from the current folder. */
export function describeFinding({ file, line, text, isWarning }: Finding): string {
  const shown = relative(process.cwd(), file) || file;
  return `${shown}${line === undefined ? "" : `:${line}`}: ${isWarning ? "warning: " : ""}${text}`;
}
