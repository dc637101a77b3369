import type { Clock } from "../../../protocol/clock.ts";
import type { Value } from "../../machine.ts";

/** What the Node side of a twin may use of the device that it belongs to. */
export interface TwinHost {
  readonly clock: Clock;
  readonly seed: number;
  /** Calls a method of an object on XS. What it throws ends the device, as an exception in a callback does there. */
  notify(id: number, method: string, ...values: Value[]): void;
  /** Runs something after what is happening now, as a message to the device's own task. */
  post(run: () => void): void;
}

/** A function that code on XS calls by name. */
// biome-ignore lint/suspicious/noExplicitAny: each function declares the values that its own XS side sends.
export type TwinCall = (...values: any[]) => unknown;

/** The Node side of one twin. */
export interface TwinPart {
  readonly calls: Readonly<Record<string, TwinCall>>;
  /** Frees what it holds; nothing is delivered to XS any more. */
  close(): void;
}
