import { closeSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { loadAddon } from "./addon.ts";
import type { SerialLine } from "./device/serial-line.ts";

/** A serial port of this computer (`path`), which any program may open, and at whose other end we are. */
export class PseudoTerminal {
  /** As `/dev/pts/3`. */
  readonly path: string;
  readonly #master: number;
  /** Kept open, so that the port stays when a program closes it. */
  readonly #slave: number;
  readonly #input: ReadStream;

  /**
   * @param onBytes what programs write to the port
   * @throws SimulatorError "addon-missing", or Error with the code "terminal-missing" when the system gives none
   */
  constructor(onBytes: (bytes: Uint8Array) => void) {
    const { master, slave, path } = loadAddon().openTerminal();
    this.path = path;
    this.#master = master;
    this.#slave = slave;
    this.#input = new ReadStream(master);
    this.#input.on("data", onBytes);
    // The last program has closed the port, or we have.
    this.#input.on("error", () => {});
  }

  /** What nobody reads in time is lost, as on a wire. */
  write(bytes: Uint8Array): void {
    try {
      writeSync(this.#master, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }

  close(): void {
    this.#input.destroy();
    closeSync(this.#slave);
  }
}

/** Leads a device's serial line to a port of this computer. */
export function connectToPort(line: SerialLine): PseudoTerminal {
  const terminal = new PseudoTerminal((bytes) => line.send(bytes));
  line.onSent = (bytes) => terminal.write(bytes);
  return terminal;
}
