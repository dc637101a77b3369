import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { MeasuredServer, Usage } from "./measured-server.ts";

/** Where in a line of `/proc/PID/stat`, counted behind the name, the times of user and system stand (proc_pid_stat(5)). */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** A server that runs already, of any make: it is asked nothing, and Linux tells what its process uses. */
export class OtherServer implements MeasuredServer {
  readonly address = undefined;
  readonly url: string;
  readonly #pid: number | undefined;
  readonly #ticksPerSecond: number;

  /**
   * @param url where devices connect to it
   * @param pid its process; undefined where it is not to be measured
   * @throws Error when there is no such process
   */
  constructor(url: string, pid: number | undefined) {
    if (pid !== undefined && !existsSync(`/proc/${pid}/stat`)) {
      throw new Error(`the other server: no process ${pid} is found in /proc`);
    }
    this.url = url;
    this.#pid = pid;
    this.#ticksPerSecond = pid === undefined ? 100 : systemValue("CLK_TCK");
  }

  async usage(): Promise<Usage> {
    if (this.#pid === undefined) return { cpuMicroseconds: Number.NaN, rssBytes: Number.NaN };
    const stat = await readFile(`/proc/${this.#pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
    const status = await readFile(`/proc/${this.#pid}/status`, "utf8");
    const rssKib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
    return { cpuMicroseconds: (ticks / this.#ticksPerSecond) * 1e6, rssBytes: rssKib * 1024 };
  }

  encodedFrames(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map());
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

function systemValue(name: string): number {
  return Number(spawnSync("getconf", [name], { encoding: "utf8" }).stdout);
}
