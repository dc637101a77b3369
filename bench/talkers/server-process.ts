import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { nodeSettingsOf } from "../../cli/node-settings.ts";
import { pinned } from "../machine/pinned.ts";
import type { MeasuredServer, Usage } from "./measured-server.ts";
import type { FromServer, ToServer } from "./server-child.ts";

/** The real server in a process of its own, on a core of its own where that is possible. */
export class ServerProcess implements MeasuredServer {
  readonly #child: ChildProcess;
  readonly #http: number;
  #asked: Promise<unknown> = Promise.resolve();
  readonly url: string;

  private constructor(child: ChildProcess, { port, http }: Extract<FromServer, { type: "listening" }>) {
    this.#child = child;
    this.#http = http;
    this.url = `ws://127.0.0.1:${port}/xiaozhi/v1/`;
  }

  /** Starts a server whose model and voice are at this address, with a database in this folder where one is named. */
  static async start(apiUrl: string, dataDirectory?: string): Promise<ServerProcess> {
    const env = {
      ...process.env,
      XIAOZHI_SERVER_IP: "127.0.0.1",
      XIAOZHI_SERVER_PORT: "0",
      XIAOZHI_SERVER_HTTP_PORT: "0",
      XIAOZHI_MCP_ENDPOINT_SERVER_PORT: "0",
      XIAOZHI_LLM_USE: "openai",
      XIAOZHI_LLM_OPENAI_BASE_URL: apiUrl,
      XIAOZHI_LLM_OPENAI_MODEL: "mock",
      XIAOZHI_TTS_USE: "openai",
      XIAOZHI_TTS_OPENAI_BASE_URL: apiUrl,
      XIAOZHI_ASR_USE: "openai",
      XIAOZHI_ASR_OPENAI_BASE_URL: apiUrl,
    };
    const how = pinned(nodeSettingsOf("server"));
    const child = fork(
      join(import.meta.dirname, "server-child.ts"),
      dataDirectory === undefined ? [] : [dataDirectory],
      {
        ...how,
        env: { ...how.env, ...env },
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      },
    );
    const [message] = (await once(child, "message")) as [FromServer];
    if (message.type !== "listening") throw new Error(`the server said ${message.type}, not listening`);
    return new ServerProcess(child, message);
  }

  /** Where its console is. */
  get address(): string {
    return `http://127.0.0.1:${this.#http}`;
  }

  async usage(): Promise<Usage> {
    return this.#ask({ type: "usage" }, "usage");
  }

  async profile(file: string): Promise<() => Promise<void>> {
    await this.#ask({ type: "profile" }, "done");
    return async () => void (await this.#ask({ type: "profile", file }, "done"));
  }

  /** Frames that were encoded so far, by level. */
  async encodedFrames(): Promise<Map<string, number>> {
    const response = await fetch(`http://127.0.0.1:${this.#http}/metrics`);
    const lines = (await response.text()).matchAll(/^xiaozhi_encoded_frames_total\{level="(\w+)"\} (\d+)/gm);
    return new Map(Array.from(lines, ([, level, count]) => [level as string, Number(count)]));
  }

  /** The server answers one question after the other, and is asked so. */
  #ask<T extends FromServer["type"]>(question: ToServer, type: T): Promise<Extract<FromServer, { type: T }>> {
    const answer = this.#asked.then(async () => {
      this.#child.send(question);
      const [message] = (await once(this.#child, "message")) as [FromServer];
      if (message.type !== type) throw new Error(`the server said ${message.type}, not ${type}`);
      return message as Extract<FromServer, { type: T }>;
    });
    this.#asked = answer.catch(() => {});
    return answer;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}
