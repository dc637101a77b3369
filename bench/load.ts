import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Answer, Ask } from "./load-server.ts";

/** The parent's side of the light server. */
export class LoadServer {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, "load-server.ts"));

  /** Resolves with the URL for version checks. */
  async start(): Promise<string> {
    const answer = await this.#next("listening");
    return `http://127.0.0.1:${answer.port}/xiaozhi/ota/`;
  }

  /** ms of `count` tool calls, one after the other, of the device that connected last. */
  async toolCalls(count: number): Promise<readonly number[]> {
    return (await this.#ask({ type: "tool-calls", count })).ms;
  }

  /** Audio frames that devices have sent so far. */
  async frames(): Promise<number> {
    return (await this.#ask({ type: "frames" })).received;
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }

  #ask<T extends Ask["type"]>(ask: Extract<Ask, { type: T }>): Promise<Extract<Answer, { type: T }>> {
    const answer = this.#next(ask.type);
    this.#child.send(ask);
    return answer as Promise<Extract<Answer, { type: T }>>;
  }

  async #next<T extends Answer["type"]>(type: T): Promise<Extract<Answer, { type: T }>> {
    for (;;) {
      const [answer] = (await once(this.#child, "message")) as [Answer];
      if (answer.type === type) return answer as Extract<Answer, { type: T }>;
    }
  }
}
