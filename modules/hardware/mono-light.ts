import PWM from "embedded:io/pwm";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import type { Light, LightPart, LightPhase } from "./light.ts";

/** How bright a LED is, in percent, and whether it blinks. */
interface MonoPattern {
  readonly percent: number;
  /** ms on and ms off; absent: steady. */
  readonly blinkMs?: number;
}

/** Device description, LEDs; the phases that are absent are dark. */
const PATTERNS: { readonly [phase in LightPhase]?: MonoPattern } = frozen({
  starting: { percent: 50, blinkMs: 100 },
  wifi_configuring: { percent: 50, blinkMs: 500 },
  idle: { percent: 5 },
  connecting: { percent: 50 },
  listening: { percent: 10 },
  voice: { percent: 100 },
  speaking: { percent: 75 },
  upgrading: { percent: 25, blinkMs: 100 },
  activating: { percent: 35, blinkMs: 500 },
});

class MonoLight implements Light {
  readonly #pwm: PWM;
  readonly #clock: Clock;
  readonly #isActiveLow: boolean;
  #cancelBlink: Cancel | undefined;

  constructor(pin: number, isActiveLow: boolean, clock: Clock) {
    this.#pwm = new PWM({ pin });
    this.#clock = clock;
    this.#isActiveLow = isActiveLow;
    this.#write(0);
  }

  show(phase: LightPhase): void {
    this.#cancelBlink?.();
    this.#cancelBlink = undefined;
    const { percent, blinkMs } = PATTERNS[phase] ?? { percent: 0 };
    this.#write(percent);
    if (blinkMs !== undefined) this.#blink(percent, 0, blinkMs);
  }

  #blink(percent: number, next: number, ms: number): void {
    this.#cancelBlink = this.#clock.schedule(ms, () => {
      this.#write(next);
      this.#blink(percent, percent - next, ms);
    });
  }

  #write(percent: number): void {
    const share = (this.#isActiveLow ? 100 - percent : percent) / 100;
    this.#pwm.write(Math.round((2 ** this.#pwm.resolution - 1) * share));
  }
}

class MonoLightPart implements LightPart {
  readonly pin: number;
  readonly #isActiveLow: boolean;

  constructor(pin: number, isActiveLow: boolean) {
    this.pin = pin;
    this.#isActiveLow = isActiveLow;
  }

  create(clock: Clock): Light {
    return new MonoLight(this.pin, this.#isActiveLow, clock);
  }
}

/** A LED of one colour at a pin, dimmed by PWM. */
export function monoLight(pin: number, { isActiveLow = false }: { readonly isActiveLow?: boolean } = {}): LightPart {
  return new MonoLightPart(pin, isActiveLow);
}
