import { defineTool, type Tool } from "../../mcp/tool.ts";
import { frozen } from "../../protocol/frozen.ts";
import { DutyPin } from "../hardware/duty-pin.ts";
import type { Part, PinUse } from "./part.ts";

/** A thing that is on by so much: a lamp, a fan, a pump. */
export interface DimmerOptions {
  /** The middle part of the tools' names. */
  readonly name?: string;
  /** For the model, with its article: "the fan at the window". */
  readonly what?: string;
  /** What of it is set, the last part of the tools' names; "brightness" when absent. */
  readonly quality?: string;
  /** More while the pin is low. */
  readonly isInverted?: boolean;
}

const FULL_PERCENT = 100;

class DimmerPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #options: Required<DimmerOptions>;

  constructor(pin: number, options: Required<DimmerOptions>) {
    this.pins = [{ pin, use: options.name }];
    this.#options = frozen(options);
  }

  create(): readonly Tool[] {
    const { name, what, quality, isInverted } = this.#options;
    const output = new DutyPin(this.pins[0]?.pin as number, isInverted);
    let percent = 0;
    /** To come back to. */
    let former = FULL_PERCENT;
    const set = (wanted: number) => {
      percent = wanted;
      if (wanted > 0) former = wanted;
      output.set(wanted);
      return { success: true, [quality]: wanted };
    };
    set(0);
    const turn = (verb: string, description: string, wanted: () => number) =>
      defineTool({ name: `self.${name}.${verb}`, description, params: {}, run: () => set(wanted()) });
    return [
      defineTool({
        name: `self.${name}.get_${quality}`,
        description: `Get the ${quality} of ${what} in percent; 0 is off.`,
        params: {},
        run: () => ({ [quality]: percent }),
      }),
      defineTool({
        name: `self.${name}.set_${quality}`,
        description: `Set the ${quality} of ${what} in percent; 0 turns it off.`,
        params: { [quality]: { type: "integer", minimum: 0, maximum: FULL_PERCENT } },
        run: (given) => set((given as { [name: string]: number })[quality] as number),
      }),
      turn("turn_on", `Turn ${what} on, as it was before.`, () => former),
      turn("turn_off", `Turn ${what} off.`, () => 0),
    ];
  }
}

/**
 * Something at a pin with PWM, through a transistor: `self.<name>.get_<quality>`, `.set_<quality>`, `.turn_on`, `.turn_off`.
 * A lamp's brightness unless the options say otherwise.
 */
export function dimmer(pin: number, options: DimmerOptions = {}): Part {
  return new DimmerPart(pin, { name: "lamp", what: "the lamp", quality: "brightness", isInverted: false, ...options });
}
