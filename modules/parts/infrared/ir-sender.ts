import { defineTool, type Tool } from "../../../mcp/tool.ts";
import { frozen } from "../../../protocol/frozen.ts";
import type { Part, PartContext, PinUse } from "../part.ts";
import { type IrCode, nec, rawIr } from "./ir-code.ts";
import { IrOutput } from "./ir-output.ts";

/** A remote control, as a board declares it. */
export interface IrSenderOptions {
  /** The middle part of the tools' names. */
  readonly name?: string;
  /** For the model, with its article: "the television". */
  readonly what?: string;
  /** Its keys, by names that say what they do; without, the model sends codes that it is told. */
  readonly keys?: { readonly [key: string]: IrCode };
}

const MOST_TIMES = 20;
/** µs: what fits 15 bits. */
const MOST_DURATION = 32_767;
const MOST_DURATIONS = 255;

class IrSenderPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #options: IrSenderOptions;

  constructor(pin: number, options: IrSenderOptions) {
    this.pins = [{ pin, use: "infrared LED" }];
    this.#options = frozen(options);
  }

  create({ clock }: PartContext): readonly Tool[] {
    const { name = "ir", what = "a device with a remote control", keys } = this.#options;
    const output = new IrOutput(this.pins[0]?.pin as number, clock);
    return keys ? [keyTool(output, { name, what, keys })] : codeTools(output, name);
  }
}

function keyTool(output: IrOutput, { name, what, keys }: Required<IrSenderOptions>): Tool {
  return defineTool({
    name: `self.${name}.press`,
    description: `Press a key of the remote control of ${what}, one or several times.`,
    params: {
      key: { type: "string", enum: Object.keys(keys) },
      times: { type: "integer", default: 1, minimum: 1, maximum: MOST_TIMES },
    },
    run: ({ key, times }) => {
      output.send(keys[key] as IrCode, times);
      return true;
    },
  });
}

function codeTools(output: IrOutput, name: string): readonly Tool[] {
  return [
    defineTool({
      name: `self.${name}.send_nec`,
      description: "Send a key of an infrared remote control that uses the NEC protocol.",
      params: {
        address: { type: "integer", minimum: 0, maximum: 65_535 },
        command: { type: "integer", minimum: 0, maximum: 255 },
        times: { type: "integer", default: 1, minimum: 1, maximum: MOST_TIMES },
      },
      run: ({ address, command, times }) => {
        output.send(nec(address, command), times);
        return true;
      },
    }),
    defineTool({
      name: `self.${name}.send_raw`,
      description:
        "Send a recorded key of an infrared remote control: microseconds of light, darkness, light, and so on.",
      params: {
        durations: {
          type: "array",
          items: { type: "integer", minimum: 1, maximum: MOST_DURATION },
          maxItems: MOST_DURATIONS,
        },
        carrier_hz: { type: "integer", default: 38_000, minimum: 30_000, maximum: 60_000 },
      },
      run: ({ durations, carrier_hz: carrierHz }) => {
        if (durations.length === 0) throw new Error("Expected at least one duration");
        output.send(rawIr(durations, carrierHz), 1);
        return true;
      },
    }),
  ];
}

/**
 * An infrared LED at a pin, behind a transistor. With `keys` it is one remote control: `self.<name>.press`; without, it
 * sends what the model is told: `self.ir.send_nec`, `self.ir.send_raw`. The board's manifest includes
 * `modules/parts/infrared/manifest.json`.
 */
export function irSender(pin: number, options: IrSenderOptions = {}): Part {
  return new IrSenderPart(pin, options);
}
