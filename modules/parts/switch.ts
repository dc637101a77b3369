import { defineTool, type Tool } from "../../mcp/tool.ts";
import type { Cancel } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import { OutputPin } from "../hardware/output-pin.ts";
import type { Part, PartContext, PinUse } from "./part.ts";

/** A thing that is on or off. */
export interface SwitchOptions {
  /** The middle part of the tools' names. */
  readonly name?: string;
  /** For the model, with its article: "the lamp on the desk". */
  readonly what?: string;
  /** On while the pin is low, as most relay boards are. */
  readonly isActiveLow?: boolean;
  readonly isOnAtStart?: boolean;
  /** It is never on for longer, and `turn_on` takes `seconds`: for a pump, or what gets hot. */
  readonly mostSeconds?: number;
}

/** The defaults filled in; 0 seconds stand for no limit. */
type SwitchFacts = Required<SwitchOptions>;

class SwitchPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #options: SwitchFacts;

  constructor(pin: number, options: SwitchFacts) {
    this.pins = [{ pin, use: options.name }];
    this.#options = frozen(options);
  }

  create({ clock }: PartContext): readonly Tool[] {
    const { name, what, isActiveLow, isOnAtStart, mostSeconds } = this.#options;
    const output = new OutputPin(this.pins[0]?.pin as number, isActiveLow, isOnAtStart);
    let cancel: Cancel | undefined;
    const set = (isOn: boolean, seconds = mostSeconds) => {
      cancel?.();
      cancel = undefined;
      output.set(isOn);
      if (isOn && seconds > 0) cancel = clock.schedule(seconds * 1000, () => output.set(false));
      return { success: true, power: isOn };
    };
    if (isOnAtStart) set(true);
    return [
      defineTool({
        name: `self.${name}.get_state`,
        description: `Get the power state of ${what}.`,
        params: {},
        run: () => ({ power: output.isOn }),
      }),
      mostSeconds > 0
        ? turnOnFor(this.#options, (seconds) => set(true, seconds))
        : turnOn(this.#options, () => set(true)),
      defineTool({
        name: `self.${name}.turn_off`,
        description: `Turn ${what} off.`,
        params: {},
        run: () => set(false),
      }),
    ];
  }
}

function turnOn({ name, what }: SwitchFacts, run: () => object): Tool {
  return defineTool({ name: `self.${name}.turn_on`, description: `Turn ${what} on.`, params: {}, run });
}

function turnOnFor({ name, what, mostSeconds }: SwitchFacts, run: (seconds: number) => object): Tool {
  return defineTool({
    name: `self.${name}.turn_on`,
    description: `Turn ${what} on for some seconds; it turns off by itself.`,
    params: { seconds: { type: "integer", minimum: 1, maximum: mostSeconds, default: mostSeconds } },
    run: ({ seconds }) => run(seconds),
  });
}

const OFTEN = frozen({ isActiveLow: false, isOnAtStart: false, mostSeconds: 0 });

/** A lamp at a pin: `self.lamp.get_state`, `.turn_on`, `.turn_off`. */
export function lamp(pin: number, options: SwitchOptions = {}): Part {
  return new SwitchPart(pin, { ...OFTEN, name: "lamp", what: "the lamp", ...options });
}

/** A relay at a pin, with what hangs on it: `self.<name>.get_state`, `.turn_on`, `.turn_off`. */
export function relay(pin: number, options: SwitchOptions & { readonly name: string; readonly what: string }): Part {
  return new SwitchPart(pin, { ...OFTEN, ...options });
}
