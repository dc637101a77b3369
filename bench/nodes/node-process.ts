import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { nodeSettingsOf } from "../../cli/node-settings.ts";

const MAIN = join(import.meta.dirname, "node-main.ts");

/** Level of an error in the log. */
const ERROR = 50;

/** A line of a node's log, as far as it matters. */
interface NodeLine {
  readonly level: number;
  readonly msg: string;
  readonly ota: string;
  readonly websocket: number;
}

/** What all nodes share. */
export interface Shared {
  readonly database: string;
  readonly nats: string;
  /** Further settings, as variables. */
  readonly env?: { readonly [variable: string]: string };
}

/** One node: `xiaozhi server` in a process and a data folder of its own, on free ports of this computer. */
export class NodeProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly exited: Promise<unknown>;
  readonly name: string;
  readonly websocketPort: number;
  readonly http: string;

  private constructor(child: ChildProcess, name: string, found: { folder: string; websocket: number; http: string }) {
    this.#child = child;
    this.#folder = found.folder;
    this.exited = once(child, "exit");
    this.name = name;
    this.websocketPort = found.websocket;
    this.http = found.http;
  }

  /** Starts a node, and waits until it is ready. */
  static async start(name: string, { database, nats, env = {} }: Shared): Promise<NodeProcess> {
    const folder = mkdtempSync(join(tmpdir(), "xiaozhi-node-"));
    const how = nodeSettingsOf("server");
    const child = spawn(process.execPath, [...how.flags, MAIN, "--config", join(folder, ".config.yaml")], {
      cwd: folder,
      env: {
        ...process.env,
        ...how.env,
        NODE_TEST_CONTEXT: undefined,
        XIAOZHI_SERVER_IP: "127.0.0.1",
        XIAOZHI_SERVER_PORT: "0",
        XIAOZHI_SERVER_HTTP_PORT: "0",
        XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
        XIAOZHI_SERVER_AUTH_KEY: "a secret that all nodes of this run have",
        XIAOZHI_DATABASE_URL: database,
        XIAOZHI_NATS_URL: nats,
        XIAOZHI_NODE_NAME: name,
        ...env,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
    const ready = Promise.withResolvers<NodeProcess>();
    child.once("exit", () => ready.reject(new Error(`node ${name} has ended before it was ready`)));
    lines.on("line", (line) => {
      const { level, msg, ota, websocket } = JSON.parse(line) as NodeLine;
      if (level >= ERROR) console.error(`node ${name}: ${line}`);
      if (msg !== "server ready") return;
      const http = `http://127.0.0.1:${new URL(ota).port}`;
      ready.resolve(new NodeProcess(child, name, { folder, websocket, http }));
    });
    return ready.promise;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Ends the node: SIGKILL at once, SIGTERM when its conversations have ended. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
      await this.exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
