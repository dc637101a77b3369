import { frozen } from "../../../protocol/frozen.ts";
import type { Shared, SharedPart } from "../../system/shared.ts";
import type { Switch } from "../switch.ts";

/** Pins behind a chip on a bus. */
export interface Expander {
  /** Drives an output. @throws ChipError */
  write(pin: number, level: 0 | 1): void;
  /** The level at a pin. @throws ChipError */
  read(pin: number): 0 | 1;
}

/** Which pins are outputs, and their levels when the device starts: pin to level. All others are inputs. */
export type ExpanderOutputs = { readonly [pin: number]: 0 | 1 };

/** Bits of the outputs, and of those that begin high. */
export function outputBits(outputs: ExpanderOutputs): { readonly outputs: number; readonly high: number } {
  let bits = 0;
  let high = 0;
  for (const [pin, level] of Object.entries(outputs)) {
    bits |= 1 << Number(pin);
    if (level === 1) high |= 1 << Number(pin);
  }
  return { outputs: bits, high };
}

class ExpanderSwitch implements Switch {
  readonly #expander: Expander;
  readonly #pins: readonly number[];
  readonly #isInverted: boolean;

  constructor(expander: Expander, pins: readonly number[], isInverted: boolean) {
    this.#expander = expander;
    this.#pins = pins;
    this.#isInverted = isInverted;
  }

  set(isOn: boolean): void {
    for (const pin of this.#pins) this.#expander.write(pin, isOn !== this.#isInverted ? 1 : 0);
  }
}

class ExpanderSwitchPart implements SharedPart<Switch> {
  readonly #expander: SharedPart<Expander>;
  readonly #pins: readonly number[];
  readonly #isInverted: boolean;

  constructor(expander: SharedPart<Expander>, pins: readonly number[], isInverted: boolean) {
    this.#expander = expander;
    this.#pins = pins;
    this.#isInverted = isInverted;
  }

  create(shared: Shared): Switch {
    return new ExpanderSwitch(shared.of(this.#expander), this.#pins, this.#isInverted);
  }
}

/** A switch at outputs of an expander. On is a high level; `isInverted`: a low one. */
export function expanderSwitch(
  expander: SharedPart<Expander>,
  pins: readonly number[],
  isInverted = false,
): SharedPart<Switch> {
  return new ExpanderSwitchPart(frozen(expander), frozen(pins), isInverted);
}
