import NeoPixel from "neopixel";
import type { Cancel, Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";

/** What a status light tells: the states of a device, "voice" while it hears somebody speak, "dark". */
export type LightPhase =
  | "starting"
  | "wifi_configuring"
  | "idle"
  | "connecting"
  | "listening"
  | "voice"
  | "speaking"
  | "upgrading"
  | "activating"
  | "dark";

/** The board's status light. */
export interface Light {
  show(phase: LightPhase): void;
}

/** A status light that a board declares; `create` brings it to life. */
export interface LightPart {
  create(clock: Clock): Light;
}

/** A colour and whether it blinks. */
interface ColorPattern {
  /** 0 to 255 each. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** ms on and ms off; absent: steady. */
  readonly blinkMs?: number;
}

/** What a single LED shows in each phase (device description, LEDs); the phases that are absent are dark. */
const PATTERNS: { readonly [phase in LightPhase]?: ColorPattern } = frozen({
  starting: { red: 0, green: 0, blue: 4, blinkMs: 100 },
  wifi_configuring: { red: 0, green: 0, blue: 4, blinkMs: 500 },
  connecting: { red: 0, green: 0, blue: 4 },
  listening: { red: 2, green: 0, blue: 0 },
  voice: { red: 16, green: 0, blue: 0 },
  speaking: { red: 0, green: 4, blue: 0 },
  upgrading: { red: 0, green: 4, blue: 0, blinkMs: 100 },
  activating: { red: 0, green: 4, blue: 0, blinkMs: 500 },
});

/** The colours of the table are what is meant: at the driver's usual quarter, 2 would be dark. */
const FULL_BRIGHTNESS = 255;

class PixelLight implements Light {
  readonly #pixel: NeoPixel;
  readonly #clock: Clock;
  #cancelBlink: Cancel | undefined;

  constructor(pin: number, clock: Clock) {
    this.#pixel = new NeoPixel({ pin, length: 1, order: "GRB" });
    this.#pixel.brightness = FULL_BRIGHTNESS;
    this.#clock = clock;
    this.#paint(0);
  }

  show(phase: LightPhase): void {
    this.#cancelBlink?.();
    this.#cancelBlink = undefined;
    const pattern = PATTERNS[phase];
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
