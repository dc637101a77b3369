import { Writable } from "node:stream";
import type { BridgeStatus } from "./bridge.ts";

/** A terminal, as far as it is needed here. */
export interface Terminal {
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line for each bridge at the bottom of a terminal, below everything that is logged. */
export class StatusLines {
  readonly #terminal: Terminal;
  #statuses: readonly BridgeStatus[] = [];
  #shown = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Where the log goes: its lines appear above. */
  readonly output: Writable & { isTTY: boolean } = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (text: string | Buffer, _encoding, done) => {
        this.#terminal.write(this.#erasure() + String(text) + this.#lines());
        done();
      },
    }),
    { isTTY: true },
  );

  /** Shows these in the place of those before. */
  show(statuses: readonly BridgeStatus[]): void {
    this.#statuses = statuses;
    this.#terminal.write(this.#erasure() + this.#lines());
  }

  /** Up to the first line, and all below away. */
  #erasure(): string {
    return this.#shown === 0 ? "" : `\u001b[${this.#shown}A\u001b[J`;
  }

  #lines(): string {
    const { columns = 80 } = this.#terminal;
    this.#shown = this.#statuses.length;
    const width = Math.max(0, ...this.#statuses.map(({ name }) => name.length));
    return this.#statuses.map((status) => `${lineOf(status, width).slice(0, columns - 1)}\n`).join("");
  }
}

function lineOf({ name, state, tools, calls, lastError }: BridgeStatus, width: number): string {
  const parts = [name.padEnd(width), state.padEnd(10), count(tools, "tool"), count(calls, "call")];
  if (lastError !== "") parts.push(`last error: ${lastError.replace(/\p{Cc}/gu, " ")}`);
  return parts.join("  ");
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
