import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { FromChild, ToChild } from "./messages.ts";

/** The virtual device in a process of its own. */
export class DeviceProcess {
  readonly #child: ChildProcess;

  constructor(onMessage: (message: FromChild) => void) {
    this.#child = fork(join(import.meta.dirname, "device-child.ts"));
    this.#child.on("message", (message) => onMessage(message as FromChild));
    this.#child.on("exit", (code, signal) => {
      if (code !== 0)
        onMessage({ type: "ended", text: `the device's process ended: ${signal ?? `exit code ${code}`}` });
    });
  }

  send(message: ToChild): void {
    this.#child.send(message);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, "exit");
    if (this.#child.connected) this.#child.disconnect();
    await exited;
  }
}
