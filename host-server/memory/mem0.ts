import { isObject } from "../../protocol/json.ts";
import { AppError } from "../errors.ts";
import type { Message } from "../providers/llm.ts";
import type { Memory } from "./memory.ts";

const TIMEOUT_MS = 10_000;
/** How much of it a model is given. */
const MAX_MEMORIES = 50;

/** Where a mem0 server is. */
export interface Mem0Settings {
  /** Without the path: `https://api.mem0.ai`, or `http://127.0.0.1:8888` for a server of one's own. */
  readonly base_url: string;
  readonly api_key: string;
}

/** Memory in mem0: its platform, or a server with the same requests. It takes the facts out of conversations itself. */
export class Mem0 implements Memory {
  readonly #settings: Mem0Settings;
  readonly #agent: string | null;

  /** @param agent whose memory it is; null for the server's own assistant */
  constructor(settings: Mem0Settings, agent: string | null) {
    this.#settings = settings;
    this.#agent = agent;
  }

  async recall(deviceId: string): Promise<string> {
    const answer = await this.#ask("GET", `?${new URLSearchParams(this.#ownerOf(deviceId))}`);
    const list = isObject(answer) ? answer["results"] : answer;
    if (!Array.isArray(list)) throw new AppError("memory-garbled", "memory-garbled: mem0 gave no list of memories");
    const texts = list.filter(isObject).flatMap(({ memory }) => (typeof memory === "string" ? `- ${memory}` : []));
    return texts.slice(0, MAX_MEMORIES).join("\n");
  }

  async keep(deviceId: string, conversation: readonly Message[]): Promise<void> {
    const messages = conversation
      .filter(({ role, content }) => (role === "user" || role === "assistant") && content !== "")
      .map(({ role, content }) => ({ role, content }));
    if (messages.some(({ role }) => role === "user")) {
      await this.#ask("POST", "", { messages, ...this.#ownerOf(deviceId) });
    }
  }

  #ownerOf(deviceId: string): Record<string, string> {
    return { user_id: deviceId, ...(this.#agent !== null && { agent_id: this.#agent }) };
  }

  /** @throws AppError that names the server and what it said */
  async #ask(method: string, query: string, body?: object): Promise<unknown> {
    const { base_url, api_key } = this.#settings;
    const base = base_url.replace(/\/+$/, "");
    // The platform has a version in its paths, the server that one runs oneself has none.
    const path = new URL(base).hostname === "api.mem0.ai" ? "/v1/memories/" : "/memories";
    const response = await fetch(`${base}${path}${query}`, {
      method,
      headers: { "content-type": "application/json", ...(api_key !== "" && { authorization: `Token ${api_key}` }) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new AppError("memory-failed", `memory-failed: ${base} said ${response.status} ${text.slice(0, 200)}`);
    return JSON.parse(text);
  }
}
