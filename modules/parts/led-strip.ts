import { defineTool, type Tool } from "../../mcp/tool.ts";
import type { Clock } from "../../protocol/clock.ts";
import { frozen } from "../../protocol/frozen.ts";
import { PixelStrip } from "../hardware/pixel-strip.ts";
import type { KeptTexts, Part, PartContext, PinUse } from "./part.ts";

const MAX_LEVEL = 8;
const DEFAULT_LEVEL = 4;
const KEPT_LEVEL = "led_strip";

const level = frozen({ type: "integer", minimum: 0, maximum: MAX_LEVEL });
const component = frozen({ type: "integer", minimum: 0, maximum: 255 });
const color = frozen({ red: component, green: component, blue: component });
const interval = frozen({ type: "integer", default: 500, minimum: 0, maximum: 1000, description: "ms" });

function levelTools(strip: PixelStrip, kept: KeptTexts): readonly Tool[] {
  const read = () => Number(kept.read(KEPT_LEVEL) || DEFAULT_LEVEL);
  const apply = (value: number) => {
    strip.brightness = Math.round((255 * value) / MAX_LEVEL);
  };
  apply(read());
  return [
    defineTool({
      name: "self.led_strip.get_brightness",
      description: `Get the brightness of the LED strip, 0 to ${MAX_LEVEL}.`,
      params: {},
      run: () => ({ level: read() }),
    }),
    defineTool({
      name: "self.led_strip.set_brightness",
      description: `Set the brightness of the LED strip, 0 to ${MAX_LEVEL}.`,
      params: { level },
      run: ({ level: value }) => {
        kept.write(KEPT_LEVEL, String(value));
        apply(value);
        return { success: true, level: value };
      },
    }),
  ];
}

function colorTools(strip: PixelStrip): readonly Tool[] {
  const index = { type: "integer", minimum: 0, maximum: strip.length - 1 } as const;
  return [
    defineTool({
      name: "self.led_strip.set_single_color",
      description: "Set the colour of one LED of the strip; the others stay as they are. The first one has index 0.",
      params: { index, ...color },
      run: ({ index: at, ...rgb }) => {
        strip.set(at, rgb);
        return true;
      },
    }),
    defineTool({
      name: "self.led_strip.set_all_color",
      description: "Set the colour of the whole LED strip. Red, green and blue 0 turn it off.",
      params: color,
      run: (rgb) => {
        strip.show(() => rgb, 0);
        return true;
      },
    }),
  ];
}

function movingTools(strip: PixelStrip): readonly Tool[] {
  const length = { type: "integer", default: 3, minimum: 1, maximum: Math.max(1, strip.length - 1) } as const;
  return [
    defineTool({
      name: "self.led_strip.blink",
      description: "Let the LED strip blink in one colour until something else is shown.",
      params: { ...color, interval },
      run: ({ interval: ms, ...rgb }) => {
        strip.show((_, step) => (step % 2 === 0 ? rgb : undefined), ms);
        return true;
      },
    }),
    defineTool({
      name: "self.led_strip.scroll",
      description: "Let a run of LEDs of one colour move along the strip until something else is shown.",
      params: { ...color, length, interval },
      run: ({ length: run, interval: ms, ...rgb }) => {
        const count = strip.length;
        strip.show((pixel, step) => ((pixel - step + count * (step + 1)) % count < run ? rgb : undefined), ms);
        return true;
      },
    }),
  ];
}

class LedStripPart implements Part {
  readonly pins: readonly PinUse[];
  readonly #length: number;

  constructor(pin: number, length: number) {
    this.pins = [{ pin, use: "LED strip" }];
    this.#length = length;
  }

  create({ clock, kept }: PartContext): readonly Tool[] {
    const strip = this.#open(clock);
    return [...levelTools(strip, kept), ...colorTools(strip), ...movingTools(strip)];
  }

  #open(clock: Clock): PixelStrip {
    return new PixelStrip(this.pins[0]?.pin as number, this.#length, clock);
  }
}

/** A strip of WS2812 LEDs for the model to play with: brightness, colours, blinking, scrolling. */
export function ledStrip({ pin, length }: { readonly pin: number; readonly length: number }): Part {
  return new LedStripPart(pin, length);
}
