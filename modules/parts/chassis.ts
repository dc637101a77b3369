import { defineTool, type Tool } from "../../mcp/tool.ts";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import { DcMotor, type MotorPins } from "../hardware/dc-motor.ts";
import type { Part, PartContext, PinUse } from "./part.ts";

export interface ChassisOptions {
  readonly left: MotorPins;
  readonly right: MotorPins;
}

/** Directions of the left and the right side. */
interface Move {
  readonly verb: string;
  readonly description: string;
  readonly left: number;
  readonly right: number;
}

const MOVES: readonly Move[] = frozen([
  { verb: "go_forward", description: "Drive forward.", left: 1, right: 1 },
  { verb: "go_back", description: "Drive backward.", left: -1, right: -1 },
  { verb: "turn_left", description: "Turn left on the spot.", left: -1, right: 1 },
  { verb: "turn_right", description: "Turn right on the spot.", left: 1, right: -1 },
]);

/** A dance: each move of `MOVES` by its place, and how long. */
const DANCE = frozen([2, 3, 0, 1, 3, 2]);
const DANCE_STEP_MS = 400;
const DANCE_SPEED = 80;

/** Two motors that drive for a while and stop by themselves, whatever the network does. */
class Chassis {
  readonly #left: DcMotor;
  readonly #right: DcMotor;
  readonly #clock: Clock;
  #cancel: Cancel | undefined;

  constructor({ left, right }: ChassisOptions, clock: Clock) {
    this.#left = new DcMotor(left);
    this.#right = new DcMotor(right);
    this.#clock = clock;
  }

  drive({ left, right }: Move, speed: number, ms: number, then: () => void = () => this.stop()): void {
    this.#cancel?.();
    this.#left.run(left * speed);
    this.#right.run(right * speed);
    this.#cancel = this.#clock.schedule(ms, then);
  }

  dance(step = 0): void {
    const move = MOVES[DANCE[step] as number];
    if (!move) return this.stop();
    this.drive(move, DANCE_SPEED, DANCE_STEP_MS, () => this.dance(step + 1));
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#left.run(0);
    this.#right.run(0);
  }
}

class ChassisPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #options: ChassisOptions;

  constructor(options: ChassisOptions) {
    const { left, right } = options;
    this.pins = [
      { pin: left.forward, use: "left motor forward" },
      { pin: left.backward, use: "left motor backward" },
      { pin: right.forward, use: "right motor forward" },
      { pin: right.backward, use: "right motor backward" },
    ];
    this.#options = frozen(options);
  }

  create({ clock }: PartContext): readonly Tool[] {
    const chassis = new Chassis(this.#options, clock);
    const simple = (verb: string, description: string, run: () => void) =>
      defineTool({
        name: `self.chassis.${verb}`,
        description,
        params: {},
        run: () => {
          run();
          return true;
        },
      });
    return [
      ...MOVES.map((move) => moveTool(chassis, move)),
      simple("dance", "Dance for a few seconds.", () => chassis.dance()),
      simple("stop", "Stop driving or dancing at once.", () => chassis.stop()),
    ];
  }
}

function moveTool(chassis: Chassis, move: Move): Tool {
  return defineTool({
    name: `self.chassis.${move.verb}`,
    description: `${move.description} It stops by itself after \`duration\` ms.`,
    params: {
      speed: { type: "integer", default: 60, minimum: 10, maximum: 100, description: "percent" },
      duration: { type: "integer", default: 1000, minimum: 100, maximum: 10_000, description: "ms" },
    },
    run: ({ speed, duration }) => {
      chassis.drive(move, speed, duration);
      return true;
    },
  });
}

/** Two wheels or tracks, each with a motor: `self.chassis.go_forward` and so on. */
export function chassis(options: ChassisOptions): Part {
  return new ChassisPart(options);
}
