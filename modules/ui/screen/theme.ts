import { frozen } from "../../../protocol/frozen.ts";
import type { ThemeName } from "../view.ts";

/** Red, green, blue; 0 to 255. */
type Rgb = readonly [number, number, number];

/** The colours of a screen (device description, themes). */
export interface Theme {
  readonly background: Rgb;
  readonly text: Rgb;
  /** What is less important: clock, what the user said. */
  readonly dim: Rgb;
  readonly chat: Rgb;
  readonly accent: Rgb;
  readonly warning: Rgb;
}

export const THEMES: { readonly [name in ThemeName]: Theme } = frozen({
  light: {
    background: [255, 255, 255],
    text: [0, 0, 0],
    dim: [96, 96, 96],
    chat: [224, 224, 224],
    accent: [0, 140, 60],
    warning: [200, 0, 0],
  },
  dark: {
    background: [0, 0, 0],
    text: [255, 255, 255],
    dim: [160, 160, 160],
    chat: [31, 31, 31],
    accent: [0, 200, 90],
    warning: [255, 64, 64],
  },
});

const BLACK: Rgb = Object.freeze([0, 0, 0] as const);
const WHITE: Rgb = Object.freeze([255, 255, 255] as const);

/** For black and white: panels of two colours turn every gray into one of them, and it must not be the other's. */
export const MONOCHROME: Theme = frozen({
  background: BLACK,
  text: WHITE,
  dim: WHITE,
  chat: BLACK,
  accent: WHITE,
  warning: WHITE,
});
