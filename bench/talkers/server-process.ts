import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pinned } from "../gateway/pinned.ts";
import type { FromServer } from "./server-child.ts";

/** What the server's process has used so far. */
export interface Usage {
  readonly cpuMicroseconds: number;
  readonly rssBytes: number;
}

/** The real server in a process of its own, on a core of its own where that is possible. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts a server whose model and voice are at this address. */
  static async start(apiUrl: string): Promise<ServerProcess> {
    const env = {
      ...process.env,
      XIAOZHI_SERVER_IP: "127.0.0.1",
      XIAOZHI_SERVER_PORT: "0",
      XIAOZHI_SERVER_HTTP_PORT: "0",
      XIAOZHI_LLM_USE: "openai",
      XIAOZHI_LLM_OPENAI_BASE_URL: apiUrl,
      XIAOZHI_LLM_OPENAI_MODEL: "mock",
      XIAOZHI_TTS_USE: "openai",
      XIAOZHI_TTS_OPENAI_BASE_URL: apiUrl,
      XIAOZHI_ASR_USE: "openai",
      XIAOZHI_ASR_OPENAI_BASE_URL: apiUrl,
    };
    const child = fork(join(import.meta.dirname, "server-child.ts"), [], {
      ...pinned(),
      env,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [message] = (await once(child, "message")) as [FromServer];
    if (message.type !== "listening") throw new Error(`the server said ${message.type}, not listening`);
    return new ServerProcess(child, message.port);
  }

  async usage(): Promise<Usage> {
    this.#child.send("usage");
    const [message] = (await once(this.#child, "message")) as [FromServer];
    if (message.type !== "usage") throw new Error(`the server said ${message.type}, not usage`);
    return message;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}
