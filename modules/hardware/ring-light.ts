import type { Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import type { Light, LightPart, LightPhase } from "./light.ts";
import { type PixelColor, PixelStrip } from "./pixel-strip.ts";

const DEFAULT = 32;
const LOW = 4;
const SCROLL_LENGTH = 3;
const FADE_MS = 50;
/** Half as bright each time: after so many steps even the brightest colour is dark. */
const FADE_STEPS = 6;

const BLUE: PixelColor = frozen({ red: LOW, green: LOW, blue: DEFAULT });
const RED: PixelColor = frozen({ red: DEFAULT, green: LOW, blue: LOW });
const FAINT_RED: PixelColor = frozen({ red: LOW * 2, green: 0, blue: 0 });
const GREEN: PixelColor = frozen({ red: LOW, green: DEFAULT, blue: LOW });
const SHADE: PixelColor = frozen({ red: LOW, green: LOW, blue: LOW });

/** What a ring shows in a phase: how it moves, in which colour, and how fast. */
interface RingPattern {
  readonly move: "steady" | "blink" | "scroll";
  readonly color: PixelColor;
  readonly ms: number;
}

/** Device description, LEDs. Idle fades out; who speaks to the device sees a ring brighter than one that waits. */
const PATTERNS: { readonly [phase in LightPhase]?: RingPattern } = frozen({
  starting: { move: "scroll", color: BLUE, ms: 100 },
  wifi_configuring: { move: "blink", color: BLUE, ms: 500 },
  connecting: { move: "steady", color: BLUE, ms: 0 },
  listening: { move: "steady", color: FAINT_RED, ms: 0 },
  voice: { move: "steady", color: RED, ms: 0 },
  speaking: { move: "steady", color: GREEN, ms: 0 },
  upgrading: { move: "blink", color: GREEN, ms: 100 },
  activating: { move: "blink", color: GREEN, ms: 500 },
});

function dimmed({ red, green, blue }: PixelColor, step: number): PixelColor {
  return { red: red >> step, green: green >> step, blue: blue >> step };
}

class RingLight implements Light {
  readonly #strip: PixelStrip;
  #color: PixelColor = SHADE;

  constructor(strip: PixelStrip) {
    this.#strip = strip;
    strip.brightness = 255;
  }

  show(phase: LightPhase): void {
    const pattern = PATTERNS[phase];
    if (!pattern) return this.#fadeOut();
    const { move, color, ms } = pattern;
    this.#color = color;
    if (move === "steady") return this.#strip.show(() => color, 0);
    if (move === "blink") return this.#strip.show((_, step) => (step % 2 === 0 ? color : undefined), ms);
    const count = this.#strip.length;
    this.#strip.show((pixel, step) => ((pixel + count - (step % count)) % count < SCROLL_LENGTH ? color : SHADE), ms);
  }

  #fadeOut(): void {
    const from = this.#color;
    this.#strip.play((_, step) => dimmed(from, step + 1), FADE_MS, FADE_STEPS);
  }
}

class RingLightPart implements LightPart {
  readonly pin: number;
  readonly #length: number;

  constructor(pin: number, length: number) {
    this.pin = pin;
    this.#length = length;
  }

  create(clock: Clock): Light {
    return new RingLight(new PixelStrip(this.pin, this.#length, clock));
  }
}

/** A ring or row of WS2812 as the status light. */
export function ringLight({ pin, length }: { readonly pin: number; readonly length: number }): LightPart {
  return new RingLightPart(pin, length);
}
