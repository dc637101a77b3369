import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import { join } from "node:path";
import type { FromPeople, Placed, ToPeople } from "./people-child.ts";

/**
 * Of programs that would have a computer of their own, and of the one that tells when sound came: what comes late by itself
 * tells nothing of servers.
 */
const PRIORITIES = { server: -10, listener: -15 } as const;

/** Has a process come before the others of this computer, where the system permits that. */
export function prefer(pid: number, as: keyof typeof PRIORITIES): void {
  try {
    setPriority(pid, PRIORITIES[as]);
  } catch {
    // Only root may.
  }
}

/** People with their devices, in a process of their own, so that what one group does is not seen in the times of another. */
export class People {
  readonly #child: ChildProcess;
  readonly devices: readonly Placed[];

  private constructor(child: ChildProcess, devices: readonly Placed[]) {
    this.#child = child;
    this.devices = devices;
  }

  /** Starts the process, before the others of this computer where `isListener` and the system permits that, and connects its devices. */
  static async start(devices: readonly Placed[], doors: readonly string[], isListener: boolean): Promise<People> {
    const child = fork(join(import.meta.dirname, "people-child.ts"), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const people = new People(child, devices);
    if (isListener) prefer(people.pid, "listener");
    await people.ask({ type: "connect", devices, doors });
    return people;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Has them do something; resolves when all have done it. */
  async ask(order: ToPeople): Promise<FromPeople> {
    const answer = once(this.#child, "message");
    this.#child.send(order);
    const [told] = (await answer) as [FromPeople];
    return told;
  }

  async end(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}
