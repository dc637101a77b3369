import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AppError } from "../errors.ts";
import { programEnvironment } from "../programs/environment.ts";
import type { DeviceMessage, DevicePlan, PageMessage } from "./messages.ts";

/** The simulator's program. It lies in the command's folder, for it knows both sides; the server starts it, no more. */
const PROGRAM = fileURLToPath(new URL("../../cli/browser-device/program.ts", import.meta.url));

/** ms that a program has to end by itself. */
const GOODBYE_MS = 2000;

export interface DeviceProcessEvents {
  readonly onMessage: (message: DeviceMessage | Uint8Array) => void;
  /** It has ended, for whatever reason; once. */
  readonly onEnd: (reason: string) => void;
}

/** A virtual device in a program of its own: what ends it ends nothing of the server. */
export class DeviceProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  /** @throws AppError `device-missing` when this installation has no simulator */
  constructor(plan: DevicePlan, { onMessage, onEnd }: DeviceProcessEvents) {
    if (!existsSync(PROGRAM))
      throw new AppError("device-missing", "device-missing: this installation has no simulator");
    this.#child = fork(PROGRAM, {
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: programEnvironment(),
    });
    this.#ended = new Promise((resolve) => {
      const end = (reason: string) => {
        resolve();
        onEnd(reason);
      };
      this.#child.once("error", (error) => end(error.message));
      this.#child.once("exit", (code, signal) => end(`exit ${signal ?? code}`));
    });
    this.#child.on("message", (message: DeviceMessage | Uint8Array) => onMessage(message));
    this.send(plan);
  }

  send(message: DevicePlan | PageMessage | Uint8Array): void {
    // An error here is the end of the program, which is told there.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), GOODBYE_MS);
    await this.#ended;
    clearTimeout(late);
  }
}
