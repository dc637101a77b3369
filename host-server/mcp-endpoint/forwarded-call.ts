import { isObject, type JsonObject } from "../../protocol/json.ts";
import { ENDPOINT_CODES, type EndpointError, errorText } from "./errors.ts";
import { withId } from "./message-id.ts";
import { calledTool, type WireMessage } from "./messages.ts";
import type { PendingCall } from "./pending-calls.ts";

/** A call of a tool that has ended. */
export interface EndedCall {
  readonly tool: string;
  readonly ms: number;
  readonly outcome: "answered" | "failed" | "timed-out" | "gone";
}

/** Sends a text to the caller. */
export type Reply = (text: string) => void;

/** A request of the caller, with its id as it was written. */
export interface Request {
  readonly method: string;
  readonly message: WireMessage;
  readonly id: string;
  readonly reply: Reply;
}

/** Whose request it is. */
export interface Forwarder {
  /** The request has its answer, or will get none. */
  ended(call: ForwardedCall, outcome: EndedCall["outcome"]): void;
  /** Tells the caller something before the answer. */
  notify(text: string): void;
}

/**
 * A request on its way to a tool and back. At full load most of what a relay keeps is its calls: one object with what the
 * answer needs, and nothing of the request's own text and objects.
 */
export class ForwardedCall implements PendingCall {
  readonly id: string;
  readonly method: string;
  /** Of a call of a tool: its name. */
  readonly tool: string | undefined;
  /** ms. */
  readonly startedAt: number;
  readonly #progressToken: unknown;
  readonly #reply: Reply;
  readonly #forwarder: Forwarder;

  /** @param startedAt ms */
  constructor({ id, method, message, reply }: Request, startedAt: number, forwarder: Forwarder) {
    const params = isObject(message.value["params"]) ? message.value["params"] : {};
    this.id = id;
    this.method = method;
    this.tool = method === "tools/call" ? calledTool(params) : undefined;
    this.startedAt = startedAt;
    this.#progressToken = isObject(params["_meta"]) ? params["_meta"]["progressToken"] : undefined;
    this.#reply = reply;
    this.#forwarder = forwarder;
  }

  answer(answer: WireMessage): void {
    this.#forwarder.ended(this, answer.value["error"] === undefined ? "answered" : "failed");
    this.#reply(withId(answer, this.id));
  }

  fail(error: EndpointError): void {
    this.#forwarder.ended(this, error.code === ENDPOINT_CODES.timedOut ? "timed-out" : "gone");
    this.#reply(errorText(this.id, error));
  }

  /** Progress under the token that the caller gave. */
  progress({ value }: WireMessage): void {
    const params = { ...(value["params"] as JsonObject), progressToken: this.#progressToken };
    this.#forwarder.notify(JSON.stringify({ ...value, params }));
  }
}
