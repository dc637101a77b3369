import type { Cancel, Schedule } from "./clock.ts";
import { ProtocolError } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import { JsonRpcError, type JsonRpcId, type JsonRpcMessage, parseJsonRpc, RPC_CODES } from "./json-rpc.ts";

/** What a peer needs of its connection. */
export interface JsonRpcPeerOptions {
  /** Sends one message to the other side. */
  readonly send: (message: JsonRpcMessage) => void;
  readonly schedule: Schedule;
  /** ms a request waits for its answer unless it says otherwise. */
  readonly timeoutMs: number;
  /** Id of the first request; 1 unless another asker shares the connection. */
  readonly firstId?: number;
}

/** A request on its way. */
export interface Asked {
  readonly id: JsonRpcId;
  /** The result. @throws JsonRpcError what the other side answered; ProtocolError `rpc-timeout` or `rpc-closed` */
  readonly answer: Promise<unknown>;
}

interface Pending {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimeout: Cancel;
}

/** The asking side of JSON-RPC 2.0: gives requests ids that count up, matches answers, and never waits for ever. */
export class JsonRpcPeer {
  readonly #options: JsonRpcPeerOptions;
  /** There only while something is: thousands of peers have nothing to ask. */
  #pending: Map<JsonRpcId, Pending> | undefined;
  #nextId: number;
  #closed: string | undefined;

  constructor(options: JsonRpcPeerOptions) {
    this.#options = options;
    this.#nextId = options.firstId ?? 1;
  }

  /** Requests that wait for an answer. */
  get pendingCount(): number {
    return this.#pending?.size ?? 0;
  }

  /** Whether the request with this id waits for its answer. */
  isPending(id: unknown): boolean {
    return this.#pending?.has(id as JsonRpcId) ?? false;
  }

  /**
   * The result of a call of the other side.
   *
   * @throws JsonRpcError what the other side answered
   * @throws ProtocolError `rpc-timeout` or `rpc-closed`
   */
  request(method: string, params?: JsonObject, timeoutMs = this.#options.timeoutMs): Promise<unknown> {
    return this.ask(method, params, timeoutMs).answer;
  }

  /** Like `request`, for a request that may be given up by its id. */
  ask(method: string, params?: JsonObject, timeoutMs = this.#options.timeoutMs): Asked {
    const id = this.#nextId++;
    if (this.#closed !== undefined) {
      return { id, answer: Promise.reject(new ProtocolError("rpc-closed", method, this.#closed)) };
    }
    const answer = new Promise((resolve, reject) => {
      const cancelTimeout = this.#options.schedule(timeoutMs, () => {
        this.#take(id);
        reject(new ProtocolError("rpc-timeout", method, `no answer to request ${id} within ${timeoutMs} ms`));
      });
      this.#pending ??= new Map();
      this.#pending.set(id, { method, resolve, reject, cancelTimeout });
      this.#options.send({ jsonrpc: "2.0", id, method, ...(params && { params }) });
    });
    return { id, answer };
  }

  /** Gives up a request that waits: the other side is told (MCP, cancellation), and the request ends with `rpc-cancelled`. */
  cancel(id: JsonRpcId, reason: string): void {
    const pending = this.#take(id);
    if (!pending) return;
    this.notify("notifications/cancelled", { requestId: id, reason });
    pending.reject(new ProtocolError("rpc-cancelled", pending.method, reason));
  }

  notify(method: string, params?: JsonObject): void {
    if (this.#closed === undefined) this.#options.send({ jsonrpc: "2.0", method, ...(params && { params }) });
  }

  /**
   * Takes a message of the other side. Requests of the other side are refused politely; late answers are ignored.
   *
   * @throws ProtocolError `rpc-invalid`
   */
  accept(value: unknown): void {
    const message = parseJsonRpc(value);
    if ("method" in message) {
      if ("id" in message) this.#refuse(message.id, message.method);
      return;
    }
    const pending = message.id === null ? undefined : this.#take(message.id);
    if (!pending) return;
    if ("error" in message) {
      pending.reject(new JsonRpcError(message.error.code ?? RPC_CODES.internal, message.error.message));
    } else pending.resolve(message.result);
  }

  /** Ends every waiting request with `rpc-closed`; later requests fail at once. */
  close(reason: string): void {
    this.#closed = reason;
    for (const [id, { method }] of [...(this.#pending ?? [])]) {
      this.#take(id)?.reject(new ProtocolError("rpc-closed", method, reason));
    }
  }

  #take(id: JsonRpcId): Pending | undefined {
    const pending = this.#pending?.get(id);
    this.#pending?.delete(id);
    if (this.#pending?.size === 0) this.#pending = undefined;
    pending?.cancelTimeout();
    return pending;
  }

  #refuse(id: JsonRpcId, method: string): void {
    const message = `Method not implemented: ${method}`;
    this.#options.send({ jsonrpc: "2.0", id, error: { code: RPC_CODES.methodNotFound, message } });
  }
}
