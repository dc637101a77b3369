import { defineTool, type Tool } from "../../mcp/tool.ts";
import { frozen } from "../../protocol/frozen.ts";
import { isObject, type JsonObject, parseJson } from "../../protocol/json.ts";
import { type Pose, ServoMotion } from "../hardware/servo-motion.ts";
import { ServoMotor, type ServoPulses } from "../hardware/servo-motor.ts";
import { log } from "../system/log.ts";
import type { KeptTexts, Part, PartContext, PinUse } from "./part.ts";
import { SERVO_PULSES } from "./servo.ts";

/** Actions that may wait for those before them. */
const QUEUE = 10;
const MAX_TRIM = 50;

/** What a robot with servos is and can do. */
export interface RobotOptions {
  /** The middle part of the tools' names: "dog". */
  readonly name: string;
  /** For the model, with its article: "the robot dog". */
  readonly what: string;
  /** Pins by the servos' names. */
  readonly servos: { readonly [servo: string]: number };
  /** What it can do, by name: poses in order. A step's times are scaled by the speed that the model chooses. */
  readonly actions: { readonly [action: string]: readonly Pose[] };
  /** Where it stands at the start and after a stop. */
  readonly rest: Pose;
  readonly pulses?: ServoPulses;
}

/** Does one order after the other. */
class Robot {
  readonly motion: ServoMotion;
  readonly #options: RobotOptions;
  readonly #kept: KeptTexts;
  #trims: { [servo: string]: number } = {};
  #waiting: (readonly Pose[])[] = [];
  #isMoving = false;

  constructor(options: RobotOptions, { clock, kept }: PartContext) {
    const motors: { [servo: string]: ServoMotor } = {};
    for (const [servo, pin] of Object.entries(options.servos)) {
      motors[servo] = new ServoMotor(pin, options.pulses ?? SERVO_PULSES);
    }
    this.#options = options;
    this.#kept = kept;
    this.motion = new ServoMotion(motors, clock);
    this.#readTrims();
    this.motion.run([{ ...options.rest, ms: 0 }], () => {});
  }

  get trims(): { readonly [servo: string]: number } {
    return this.#trims;
  }

  get status(): "moving" | "idle" {
    return this.#isMoving ? "moving" : "idle";
  }

  /** Has it done after what was ordered before. */
  order(poses: readonly Pose[]): void {
    if (this.#waiting.length >= QUEUE) throw new Error(`Too many orders: ${QUEUE} are waiting`);
    this.#waiting.push(poses);
    if (!this.#isMoving) this.#next();
  }

  /** Forgets all orders and goes back to rest. */
  stop(): void {
    this.#waiting = [];
    this.#isMoving = false;
    this.motion.run([this.#options.rest], () => {});
  }

  setTrim(servo: string, degrees: number): void {
    this.#trims[servo] = degrees;
    this.motion.trim(servo, degrees);
    this.#kept.write(this.#key, JSON.stringify(this.#trims));
  }

  get #key(): string {
    return this.#options.name.slice(0, 15);
  }

  #readTrims(): void {
    for (const servo of Object.keys(this.#options.servos)) this.#trims[servo] = 0;
    for (const [servo, degrees] of Object.entries(this.#keptTrims())) {
      if (!(servo in this.#trims) || typeof degrees !== "number") continue;
      this.#trims[servo] = degrees;
      this.motion.trim(servo, degrees);
    }
  }

  #keptTrims(): JsonObject {
    const text = this.#kept.read(this.#key);
    if (text === "") return {};
    try {
      const kept = parseJson(text);
      if (isObject(kept)) return kept;
    } catch {
      // named below, as any other text that is no object
    }
    log.warn("trims ignored", { robot: this.#options.name, kept: text.slice(0, 40) });
    return {};
  }

  #next(): void {
    const poses = this.#waiting.shift();
    this.#isMoving = poses !== undefined;
    if (poses) this.motion.run(poses, () => this.#next());
  }
}

/** The poses `times` over, faster or slower than they were written. */
function repeated(poses: readonly Pose[], times: number, speedPercent: number): readonly Pose[] {
  const scaled = poses.map(({ angles, ms }) => ({ angles, ms: (ms * 100) / speedPercent }));
  return Array.from({ length: times }).flatMap(() => scaled);
}

function actionTool({ name, what, actions }: RobotOptions, robot: Robot): Tool {
  return defineTool({
    name: `self.${name}.action`,
    description: `Let ${what} do something, \`steps\` times. It is done in the background, after what was asked before.`,
    params: {
      action: { type: "string", enum: Object.keys(actions) },
      steps: { type: "integer", default: 3, minimum: 1, maximum: 100 },
      speed: { type: "integer", default: 100, minimum: 25, maximum: 400, description: "percent" },
    },
    run: ({ action, steps, speed }) => {
      robot.order(repeated(actions[action] as readonly Pose[], steps, speed));
      return true;
    },
  });
}

function sequenceTool({ name, what, servos }: RobotOptions, robot: Robot): Tool {
  const angles: { [servo: string]: { type: "integer"; minimum: 0; maximum: 180; default: number } } = {};
  for (const servo of Object.keys(servos)) angles[servo] = { type: "integer", minimum: 0, maximum: 180, default: 90 };
  return defineTool({
    name: `self.${name}.servo_sequences`,
    description: `Move the servos of ${what} through poses that you choose, each in \`ms\`. A servo left out goes to 90.`,
    params: {
      poses: {
        type: "array",
        minItems: 1,
        maxItems: 20,
        items: {
          type: "object",
          properties: {
            angles: { type: "object", properties: angles },
            ms: { type: "integer", default: 700, minimum: 0, maximum: 5000 },
          },
        },
      },
    },
    run: ({ poses }) => {
      robot.order(poses);
      return true;
    },
  });
}

function trimTools({ name, what, servos }: RobotOptions, robot: Robot): readonly Tool[] {
  return [
    defineTool({
      name: `self.${name}.set_trim`,
      description: `Correct the position of one servo of ${what}; it is kept.`,
      params: {
        servo_type: { type: "string", enum: Object.keys(servos) },
        trim_value: { type: "integer", default: 0, minimum: -MAX_TRIM, maximum: MAX_TRIM },
      },
      run: ({ servo_type, trim_value }) => {
        robot.setTrim(servo_type, trim_value);
        return { success: true, trims: robot.trims };
      },
    }),
    defineTool({
      name: `self.${name}.get_trims`,
      description: `Get the corrections of the servos of ${what}.`,
      params: {},
      run: () => robot.trims,
    }),
  ];
}

class RobotPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #options: RobotOptions;

  constructor(options: RobotOptions) {
    this.pins = Object.entries(options.servos).map(([servo, pin]) => ({ pin, use: `servo ${servo}` }));
    this.#options = frozen(options);
  }

  create(context: PartContext): readonly Tool[] {
    const { name, what } = this.#options;
    const robot = new Robot(this.#options, context);
    return [
      actionTool(this.#options, robot),
      sequenceTool(this.#options, robot),
      defineTool({
        name: `self.${name}.stop`,
        description: `Stop ${what} at once and let it stand.`,
        params: {},
        run: () => {
          robot.stop();
          return true;
        },
      }),
      defineTool({
        name: `self.${name}.get_status`,
        description: `Tell whether ${what} is moving or idle.`,
        params: {},
        run: () => robot.status,
      }),
      ...trimTools(this.#options, robot),
    ];
  }
}

/** A robot with servos that walks, waves or dances through poses: `self.<name>.action` and so on. */
export function robot(options: RobotOptions): Part {
  return new RobotPart(options);
}
