import NeoPixel from "neopixel";
import type { Cancel, Clock } from "../../protocol/clock.ts";

/** 0 to 255 each. */
export interface PixelColor {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** What a strip shows in one step of a moving picture: the colour of the pixel, or undefined for dark. */
type Step = (pixel: number, step: number) => PixelColor | undefined;

/** A row of WS2812 pixels. One picture at a time: a new one ends what moves. */
export class PixelStrip {
  readonly #pixels: NeoPixel;
  readonly #clock: Clock;
  #cancel: Cancel | undefined;

  constructor(pin: number, length: number, clock: Clock) {
    this.#pixels = new NeoPixel({ pin, length, order: "GRB" });
    this.#clock = clock;
  }

  get length(): number {
    return this.#pixels.length;
  }

  /** 0 to 255, of everything that is shown from now on. */
  set brightness(value: number) {
    this.#pixels.brightness = value;
    this.#pixels.update();
  }

  /** Sets one pixel and leaves the others as they are. */
  set(index: number, color: PixelColor): void {
    this.#stop();
    this.#pixels.setPixel(index, this.#mix(color));
    this.#pixels.update();
  }

  /** Shows a picture, and the next one every `ms`; with 0 it stands still. */
  show(step: Step, ms: number): void {
    this.#stop();
    this.#paint(step, 0, ms);
  }

  /** Shows so many pictures, one every `ms`, and stays with the last one. */
  play(step: Step, ms: number, count: number): void {
    const next = (shown: number) => {
      this.#stop();
      this.#draw(step, shown);
      if (shown + 1 < count) this.#cancel = this.#clock.schedule(ms, () => next(shown + 1));
    };
    next(0);
  }

  #paint(step: Step, count: number, ms: number): void {
    this.#draw(step, count);
    if (ms > 0) this.#cancel = this.#clock.schedule(ms, () => this.#paint(step, count + 1, ms));
  }

  #draw(step: Step, count: number): void {
    for (let at = 0; at < this.#pixels.length; at++) {
      const color = step(at, count);
      this.#pixels.setPixel(at, color ? this.#mix(color) : 0);
    }
    this.#pixels.update();
  }

  #mix({ red, green, blue }: PixelColor): number {
    return this.#pixels.makeRGB(red, green, blue);
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
