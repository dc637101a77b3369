import { isObject, type JsonObject } from "../../protocol/json.ts";
import { ENDPOINT_CODES, type EndpointError, errorText } from "./errors.ts";
import { withId } from "./message-id.ts";
import type { WireMessage } from "./messages.ts";
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

/** A request on its way to a tool and back. One object: at full load most of a relay's work is the next one's garbage. */
export class ForwardedCall implements PendingCall {
  readonly request: Request;
  readonly startedAt: number;
  readonly #forwarder: Forwarder;

  /** @param startedAt ms */
  constructor(request: Request, startedAt: number, forwarder: Forwarder) {
    this.request = request;
    this.startedAt = startedAt;
    this.#forwarder = forwarder;
  }

  get method(): string {
    return this.request.method;
  }

  answer(answer: WireMessage): void {
    this.#forwarder.ended(this, answer.value["error"] === undefined ? "answered" : "failed");
    this.request.reply(withId(answer, this.request.id));
  }

  fail(error: EndpointError): void {
    this.#forwarder.ended(this, error.code === ENDPOINT_CODES.timedOut ? "timed-out" : "gone");
    this.request.reply(errorText(this.request.id, error));
  }

  /** Progress under the token that the caller gave. */
  progress({ value }: WireMessage): void {
    const { params } = this.request.message.value;
    const meta = isObject(params) && isObject(params["_meta"]) ? params["_meta"] : {};
    const told = { ...(value["params"] as JsonObject), progressToken: meta["progressToken"] };
    this.#forwarder.notify(JSON.stringify({ ...value, params: told }));
  }
}
