import { defineTool, type Tool } from "../../mcp/tool.ts";
import { frozen } from "../../protocol/frozen.ts";
import { OutputPin } from "../hardware/output-pin.ts";
import type { Part, PinUse } from "./part.ts";

/** A thing that is on or off. */
export interface SwitchOptions {
  /** The middle part of the tools' names. */
  readonly name?: string;
  /** For the model, with its article: "the lamp on the desk". */
  readonly what?: string;
  /** On while the pin is low, as most relay boards are. */
  readonly isActiveLow?: boolean;
  readonly isOnAtStart?: boolean;
}

class SwitchPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #options: Required<SwitchOptions>;

  constructor(pin: number, options: Required<SwitchOptions>) {
    this.pins = [{ pin, use: options.name }];
    this.#options = frozen(options);
  }

  create(): readonly Tool[] {
    const { name, what, isActiveLow, isOnAtStart } = this.#options;
    const output = new OutputPin(this.pins[0]?.pin as number, isActiveLow, isOnAtStart);
    const turn = (verb: string, isOn: boolean) =>
      defineTool({
        name: `self.${name}.${verb}`,
        description: `Turn ${what} ${isOn ? "on" : "off"}.`,
        params: {},
        run: () => {
          output.set(isOn);
          return { success: true, power: isOn };
        },
      });
    return [
      defineTool({
        name: `self.${name}.get_state`,
        description: `Get the power state of ${what}.`,
        params: {},
        run: () => ({ power: output.isOn }),
      }),
      turn("turn_on", true),
      turn("turn_off", false),
    ];
  }
}

/** A lamp at a pin: `self.lamp.get_state`, `.turn_on`, `.turn_off`. */
export function lamp(pin: number, options: SwitchOptions = {}): Part {
  return new SwitchPart(pin, { name: "lamp", what: "the lamp", isActiveLow: false, isOnAtStart: false, ...options });
}

/** A relay at a pin, with what hangs on it: `self.<name>.get_state`, `.turn_on`, `.turn_off`. */
export function relay(pin: number, options: SwitchOptions & { readonly name: string; readonly what: string }): Part {
  return new SwitchPart(pin, { isActiveLow: false, isOnAtStart: false, ...options });
}
