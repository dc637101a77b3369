import NeoPixel from "neopixel";
import type { Cancel, Clock } from "../../protocol/clock.ts";

/** A colour and whether it blinks; undefined is dark. */
export interface LightPattern {
  /** 0 to 255 each. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** ms on and ms off; absent: steady. */
  readonly blinkMs?: number;
}

/** The board's status light. */
export interface Light {
  show(pattern: LightPattern | undefined): void;
}

/** A status light that a board declares; `create` brings it to life. */
export interface LightPart {
  create(clock: Clock): Light;
}

class PixelLight implements Light {
  readonly #pixel: NeoPixel;
  readonly #clock: Clock;
  #cancelBlink: Cancel | undefined;

  constructor(pin: number, clock: Clock) {
    this.#pixel = new NeoPixel({ pin, length: 1, order: "GRB" });
    this.#clock = clock;
    this.#paint(0);
  }

  show(pattern: LightPattern | undefined): void {
    this.#cancelBlink?.();
    this.#cancelBlink = undefined;
    if (!pattern) return this.#paint(0);
    const color = this.#pixel.makeRGB(pattern.red, pattern.green, pattern.blue);
    this.#paint(color);
    if (pattern.blinkMs !== undefined) this.#blink(color, 0, pattern.blinkMs);
  }

  #blink(color: number, next: number, ms: number): void {
    this.#cancelBlink = this.#clock.schedule(ms, () => {
      this.#paint(next);
      this.#blink(color, next === 0 ? color : 0, ms);
    });
  }

  #paint(color: number): void {
    this.#pixel.fill(color);
    this.#pixel.update();
  }
}

class PixelLightPart implements LightPart {
  readonly #pin: number;

  constructor(pin: number) {
    this.#pin = pin;
  }

  create(clock: Clock): Light {
    return new PixelLight(this.#pin, clock);
  }
}

/** One WS2812 on a pin. */
export function pixelLight(pin: number): LightPart {
  return new PixelLightPart(pin);
}
