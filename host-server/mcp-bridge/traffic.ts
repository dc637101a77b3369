import { isObject, type JsonObject } from "../../protocol/json.ts";

/** Requests whose answers are looked at; more than any endpoint has under way. */
const MAX_WATCHED = 100;

/** What passes a bridge, counted. */
export class Traffic {
  /** Tools of the list that was read last. */
  tools = 0;
  /** Tools that were called. */
  calls = 0;
  readonly #watched = new Map<unknown, JsonObject>();

  /** Looks at a message on its way to the server. */
  toServer(message: JsonObject): void {
    const { method, id } = message;
    if (method === "tools/call") this.calls++;
    if (method !== "tools/list" || id === undefined || this.#watched.size >= MAX_WATCHED) return;
    this.#watched.set(id, message);
  }

  /** Looks at a message of the server; gives whether the count of tools may have changed. */
  fromServer({ id, result, method }: JsonObject): boolean {
    const request = method === undefined ? this.#watched.get(id) : undefined;
    if (!request) return false;
    this.#watched.delete(id);
    const tools = isObject(result) ? result["tools"] : undefined;
    if (!Array.isArray(tools)) return false;
    const isLaterPage = isObject(request["params"]) && typeof request["params"]["cursor"] === "string";
    this.tools = tools.length + (isLaterPage ? this.tools : 0);
    return true;
  }

  /** Forgets what is under way: the connection has ended. */
  reset(): void {
    this.#watched.clear();
  }
}
