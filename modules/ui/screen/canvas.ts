import type Poco from "commodetto/Poco";
import type { Font } from "./font.ts";
import type { Area, Layout } from "./layout.ts";
import type { Theme } from "./theme.ts";

/** What panes draw with: the renderer, the fonts, and where things are. */
export interface Canvas {
  readonly poco: Poco;
  readonly layout: Layout;
  readonly theme: Theme;
  /** Of the bar on top. */
  readonly small: Font;
  readonly text: Font;
  /** Faces and pictures of alerts. */
  readonly faces: Font;
  /** Digits to be copied by a person. */
  readonly digits: Font;
}

/** A colour of the theme as the renderer wants it. */
export function ink({ poco, theme }: Canvas, name: keyof Theme): number {
  const [red, green, blue] = theme[name];
  return poco.makeColor(red, green, blue);
}

/** Paints an area over. */
export function clear(canvas: Canvas, { x, y, width, height }: Area, color: keyof Theme): void {
  canvas.poco.fillRectangle(ink(canvas, color), x, y, width, height);
}

/** Draws a line in the middle of an area's width. @param top of the line */
export function centered(
  canvas: Canvas,
  font: Font,
  text: string,
  place: { area: Area; top: number; color: keyof Theme },
): void {
  const { area, top, color } = place;
  const x = area.x + Math.max(0, (area.width - font.width(text)) >> 1);
  font.draw(canvas.poco, { text, color: ink(canvas, color), x, y: top });
}
