import type { Clock } from "../../../protocol/clock.ts";
import { frozen } from "../../../protocol/frozen.ts";
import { contained } from "../../system/contained.ts";
import { log, reason } from "../../system/log.ts";
import type { ButtonEvents, ButtonPart } from "../button.ts";
import { type ChipAddress, type I2cBus, Registers } from "../registers.ts";
import { Finger } from "./finger.ts";

const ADDRESS = 0x38;

/** How many fingers are on the glass, in the lower half. */
const TOUCHES = 0x02;
const TOUCHES_MASK = 0x0f;
/** More than the chip can count: it has just been reset. */
const MAX_TOUCHES = 5;

const POLL_MS = 20;
/** Of a chip that does not answer. */
const RETRY_MS = 5000;
/** A tap on glass takes longer than a click. */
const HOLD_MS = 500;

/** Asks the touch chip again and again; its interrupt line is not connected on every board. */
class TouchButton {
  readonly #address: ChipAddress;
  readonly #clock: Clock;
  readonly #finger: Finger;
  #registers: Registers | undefined;
  #hasTold = false;

  constructor(address: ChipAddress, events: ButtonEvents, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
    this.#finger = new Finger(events, clock, HOLD_MS);
    this.#poll();
  }

  #poll(): void {
    const isDown = this.#read();
    if (isDown !== undefined) contained("touch", () => this.#finger.changed(isDown));
    this.#clock.schedule(isDown === undefined ? RETRY_MS : POLL_MS, () => this.#poll());
  }

  /** Undefined when the chip does not answer. */
  #read(): boolean | undefined {
    try {
      this.#registers ??= new Registers(this.#address);
      const count = this.#registers.read(TOUCHES) & TOUCHES_MASK;
      return count > 0 && count <= MAX_TOUCHES;
    } catch (error) {
      if (!this.#hasTold) log.error("touch failed", { reason: reason(error) });
      this.#hasTold = true;
      return undefined;
    }
  }
}

interface TouchOptions {
  readonly bus: I2cBus;
  /** 7 bits; 0x38 when absent. */
  readonly address?: number;
}

class TouchButtonPart implements ButtonPart {
  readonly #options: TouchOptions;

  constructor(options: TouchOptions) {
    this.#options = options;
  }

  create(events: ButtonEvents, clock: Clock): void {
    const { bus, address = ADDRESS } = this.#options;
    new TouchButton({ chip: "ft6x36", bus, address }, events, clock);
  }
}

/** The whole screen is the button: a FocalTech FT5x06 or FT6x36 behind the glass. */
export function touchButton(options: TouchOptions): ButtonPart {
  return new TouchButtonPart(frozen(options));
}
