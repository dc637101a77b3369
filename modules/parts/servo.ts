import { defineTool, type Tool } from "../../mcp/tool.ts";
import { frozen } from "../../protocol/frozen.ts";
import { ServoMotion } from "../hardware/servo-motion.ts";
import { ServoMotor, type ServoPulses } from "../hardware/servo-motor.ts";
import type { Part, PartContext, PinUse } from "./part.ts";

/** Pulses at 0 and 180 degrees of most servos, in µs. */
export const SERVO_PULSES: ServoPulses = frozen({ least: 500, most: 2500 });

/** A servo that the model turns. */
export interface ServoOptions {
  readonly pin: number;
  /** The middle part of the tools' names. */
  readonly name?: string;
  /** For the model, with its article: "the gate of the aquarium". */
  readonly what?: string;
  /** Degrees that the mechanics allow. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Degrees when it starts; without, it stays where it is. */
  readonly start?: number;
  readonly pulses?: ServoPulses;
}

class ServoPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #options: ServoOptions;

  constructor(options: ServoOptions) {
    this.pins = [{ pin: options.pin, use: options.name ?? "servo" }];
    this.#options = frozen(options);
  }

  create({ clock }: PartContext): readonly Tool[] {
    const { pin, name = "servo", what = "the servo", pulses = SERVO_PULSES, start } = this.#options;
    const { minimum = 0, maximum = 180 } = this.#options;
    const motor = new ServoMotor(pin, pulses);
    const motion = new ServoMotion({ [name]: motor }, clock);
    if (start !== undefined) motion.run([{ angles: { [name]: start }, ms: 0 }], () => {});
    return [
      defineTool({
        name: `self.${name}.move`,
        description: `Turn ${what} to an angle in degrees; \`duration\` is how many ms it takes.`,
        params: {
          angle: { type: "integer", minimum, maximum },
          duration: { type: "integer", default: 500, minimum: 0, maximum: 10_000 },
        },
        run: ({ angle, duration }) => {
          motion.run([{ angles: { [name]: angle }, ms: duration }], () => {});
          return { success: true, angle };
        },
      }),
      defineTool({
        name: `self.${name}.stop`,
        description: `Stop ${what} where it is.`,
        params: {},
        run: () => {
          motion.stop();
          return true;
        },
      }),
    ];
  }
}

/** One servo: `self.<name>.move` and `.stop`. */
export function servo(options: ServoOptions): Part {
  return new ServoPart(options);
}
