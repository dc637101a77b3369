import type { Cancel, Clock } from "../../protocol/clock.ts";
import type { ServoMotor } from "./servo-motor.ts";

/** Servos take a new position this often. */
const STEP_MS = 20;
const CENTER = 90;

/** Where servos go, and how long they take for it. */
export interface Pose {
  /** Degrees by the servos' names; who is not named stays. */
  readonly angles: { readonly [servo: string]: number };
  /** ms for the way; 0 jumps. */
  readonly ms: number;
}

/** A servo with where it is. */
interface Joint {
  readonly motor: ServoMotor;
  angle: number;
  /** Degrees added to every angle: no two servos are mounted alike. */
  trim: number;
}

/** Several servos that move together, pose after pose, gently. */
export class ServoMotion {
  readonly #joints: { readonly [name: string]: Joint };
  readonly #clock: Clock;
  #poses: Pose[] = [];
  #cancel: Cancel | undefined;
  #whenDone: (() => void) | undefined;

  constructor(motors: { readonly [name: string]: ServoMotor }, clock: Clock) {
    const joints: { [name: string]: Joint } = {};
    for (const [name, motor] of Object.entries(motors)) joints[name] = { motor, angle: CENTER, trim: 0 };
    this.#joints = joints;
    this.#clock = clock;
  }

  get isMoving(): boolean {
    return this.#cancel !== undefined;
  }

  /** Adds to every angle of a servo from now on. */
  trim(name: string, degrees: number): void {
    const joint = this.#joints[name];
    if (!joint) return;
    joint.trim = degrees;
    joint.motor.write(joint.angle + degrees);
  }

  /** Goes through these poses instead of those before; `whenDone` is called at their end, unless they are stopped. */
  run(poses: readonly Pose[], whenDone: () => void): void {
    this.stop();
    this.#poses = [...poses];
    this.#whenDone = whenDone;
    this.#next();
  }

  /** Stays where it is. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#poses = [];
    this.#whenDone = undefined;
  }

  #next(): void {
    const pose = this.#poses.shift();
    if (!pose) {
      const done = this.#whenDone;
      this.stop();
      return done?.();
    }
    const from: { [name: string]: number } = {};
    for (const name of Object.keys(pose.angles)) from[name] = this.#joints[name]?.angle ?? CENTER;
    this.#move(pose, from, 0);
  }

  #move(pose: Pose, from: { readonly [name: string]: number }, elapsedMs: number): void {
    const share = pose.ms <= 0 ? 1 : Math.min(1, elapsedMs / pose.ms);
    // Starts and ends slowly: servos and their gears last longer.
    const eased = (1 - Math.cos(Math.PI * share)) / 2;
    for (const [name, angle] of Object.entries(pose.angles)) {
      const joint = this.#joints[name];
      const start = from[name];
      if (!joint || start === undefined) continue;
      joint.angle = start + (angle - start) * eased;
      joint.motor.write(joint.angle + joint.trim);
    }
    const next = () => (share < 1 ? this.#move(pose, from, elapsedMs + STEP_MS) : this.#next());
    this.#cancel = this.#clock.schedule(STEP_MS, next);
  }
}
