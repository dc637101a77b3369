import { contained } from "../modules/system/contained.ts";
import { isObject, type JsonObject } from "../protocol/json.ts";
import type { JsonRpcMessage } from "../protocol/json-rpc.ts";
import type { ToolCall } from "./tool.ts";

type Send = (message: JsonRpcMessage) => void;

/** A call that has not been answered yet. */
export class RunningCall implements ToolCall {
  readonly id: number;
  readonly #token: unknown;
  readonly #send: Send;
  #isOpen = true;
  #isCancelled = false;
  #onCancel: (() => void)[] = [];

  constructor(id: number, token: unknown, send: Send) {
    this.id = id;
    this.#token = token;
    this.#send = send;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  onCancel(callback: () => void): void {
    if (this.#isCancelled) contained("tool cancelled", callback);
    else this.#onCancel.push(callback);
  }

  progress(progress: number, total?: number, message?: string): void {
    if (!this.#isOpen || this.#token === undefined) return;
    const params = {
      progressToken: this.#token,
      progress,
      ...(total !== undefined && { total }),
      ...(message !== undefined && { message }),
    };
    this.#send({ jsonrpc: "2.0", method: "notifications/progress", params });
  }

  /** Nothing is sent for it any more. */
  close(): void {
    this.#isOpen = false;
    this.#onCancel = [];
  }

  cancel(): void {
    const callbacks = this.#onCancel;
    this.#isCancelled = true;
    this.close();
    for (const callback of callbacks) contained("tool cancelled", callback);
  }
}

/** The calls that a device is working at, so that their callers can take them back. */
export class RunningCalls {
  #calls: RunningCall[] = [];

  /** @param params of the request: a token in its `_meta` asks for progress (MCP 2024-11-05, progress) */
  begin(id: number, params: JsonObject | undefined, send: Send): RunningCall {
    const meta = params?.["_meta"];
    const token = isObject(meta) ? meta["progressToken"] : undefined;
    const isToken = typeof token === "string" || typeof token === "number";
    const call = new RunningCall(id, isToken ? token : undefined, send);
    this.#calls.push(call);
    return call;
  }

  /** The work is over; gives whether an answer is still expected. */
  end(call: RunningCall): boolean {
    this.#calls = this.#calls.filter((other) => other !== call);
    call.close();
    return !call.isCancelled;
  }

  /** The caller of request `id` has given up. An id that is not running is ignored (MCP, cancellation). */
  cancel(id: unknown): void {
    const [latest] = this.#calls.filter((call) => call.id === id).slice(-1);
    latest?.cancel();
  }
}
