import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { freePort } from "../../free-port.ts";

/** A NATS of the test's own, on a free port of this computer. */
export interface NatsServer {
  /** 0 while it does not run. */
  readonly pid: number;
  readonly url: string;
  /** Ends it at once; `start` brings it back at the same address. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** NATS's program; undefined where there is none. */
export function natsProgram(): string | undefined {
  return ["/usr/sbin/nats-server", "/usr/local/bin/nats-server", "/usr/bin/nats-server"].find((path) =>
    existsSync(path),
  );
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    // not yet
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts a server; `args` are further ones of its own. */
export async function startNats(program: string, args: readonly string[] = []): Promise<NatsServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn(program, ["-a", "127.0.0.1", "-p", String(port), ...args], { stdio: "ignore" });
    for (let tries = 0; tries < 200 && !(await answers(port)); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const kill = async () => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    get pid() {
      return child?.pid ?? 0;
    },
    url: `nats://127.0.0.1:${port}`,
    kill,
    start,
  };
}
