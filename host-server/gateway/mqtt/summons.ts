import type { Cancel, Clock } from "../../../protocol/clock.ts";
import { AppError } from "../../errors.ts";
import type { MqttLink } from "./link.ts";

/** ms that a device has to open a session and be ready. */
const READY_MS = 10_000;

interface Waiting {
  readonly ready: Promise<MqttLink>;
  readonly resolve: (link: MqttLink) => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimeout: Cancel;
}

/** A device at rest is called because the server wants to speak: it opens a session and says that it is ready. */
export class Summons {
  readonly #clock: Clock;
  #waiting: Waiting | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The link of the session that the device opens; `call` asks it to. Those who call while it is under way share it.
   *
   * @throws AppError `device-busy` when the device does not come
   */
  call(call: () => void): Promise<MqttLink> {
    if (!this.#waiting) {
      this.#waiting = this.#wait();
      call();
    }
    return this.#waiting.ready;
  }

  /** The device is ready. */
  answer(link: MqttLink): void {
    this.#take()?.resolve(link);
  }

  /** The device is gone. */
  close(): void {
    this.#take()?.reject(new AppError("device-gone", "device-gone: the device has left"));
  }

  #wait(): Waiting {
    const { promise: ready, resolve, reject } = Promise.withResolvers<MqttLink>();
    // Who waits is told; without anybody it is no failure.
    ready.catch(() => {});
    const cancelTimeout = this.#clock.schedule(READY_MS, () => {
      const message = `device-busy: the device was not ready to speak within ${READY_MS} ms`;
      this.#take()?.reject(new AppError("device-busy", message));
    });
    return { ready, resolve, reject, cancelTimeout };
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.cancelTimeout();
    return waiting;
  }
}
