import type { Cancel } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { AppError } from "../errors.ts";

/** Why nothing came back: `bus-down` (no connection), `node-unknown` (nobody listens), `node-silent` (no answer in time). */
export type BusErrorCode = "bus-down" | "node-unknown" | "node-silent";

/** A request between nodes that has no answer. */
export class BusError extends AppError {
  override readonly name: string = "BusError";

  constructor(code: BusErrorCode, what: string, options?: { cause?: unknown }) {
    super(code, `${code}: ${what}`, options);
  }
}

/** Answers a request; what it throws is thrown where it was asked, with the same code. */
export type Answerer = (message: JsonObject) => JsonObject | Promise<JsonObject>;

/**
 * What nodes say to each other. Messages of one sender come in the order in which they were sent; while the bus is down they
 * are lost, for what they say is repaired when it is back. Subjects are names with dots, without wildcards.
 */
export interface Bus {
  /** Whether there is a connection now. */
  readonly isUp: boolean;
  /** Says something to everybody who listens, the sender too. */
  publish(subject: string, message: JsonObject): void;
  /** Listens; of several with the same `group` one hears each message. */
  subscribe(subject: string, onMessage: (message: JsonObject) => void, group?: string): Cancel;
  /**
   * Asks, and gives the answer.
   *
   * @throws BusError, in bounded time; AppError with the code of what went wrong where it was answered
   */
  request(subject: string, message: JsonObject, timeoutMs: number): Promise<JsonObject>;
  /** Answers requests; of several with the same `group` one answers each. */
  answer(subject: string, answer: Answerer, group?: string): Cancel;
  /** Hears when the connection is lost or back. */
  onChange(listener: (isUp: boolean) => void): Cancel;
  close(): Promise<void>;
}
