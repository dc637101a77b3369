import { type Canvas, centered, clear, ink } from "./canvas.ts";
import { DOTS, shortened } from "./text-lines.ts";
import type { Theme } from "./theme.ts";

/** What the bar tells. */
export interface BarModel {
  /** A notification, else the time of an idle device, else what it does. */
  readonly text: string;
  /** 0 (not connected) to 3; undefined for a device without a radio. */
  readonly signal: number | undefined;
  readonly isMuted: boolean;
  /** Percent; undefined for a device without a battery. */
  readonly battery: number | undefined;
  readonly isCharging: boolean;
}

const BARS = 3;
const BATTERY_WIDTH = 18;
const BATTERY_HEIGHT = 10;
const LOW_PERCENT = 20;
const GAP = 4;
/** Lines of the bar from which a pixel of an icon is two of the screen. */
const LARGE_LINE = 30;
/** Pixels at the sides of the bar that a screen with corners does not lose. */
const WIDE_INSET = 20;

/** Network on the left, battery and mute on the right, the text between. */
export function paintBar(canvas: Canvas, model: BarModel): void {
  const { layout, small } = canvas;
  const { bar, barInset } = layout;
  clear(canvas, bar, "background");
  const top = bar.y + bar.height - small.lineHeight - (bar.height > small.lineHeight ? 2 : 0);
  const middle = top + (small.lineHeight >> 1);
  const left = paintSignal(canvas, model.signal, bar.x + barInset, middle);
  const right = paintRight(canvas, model, bar.x + bar.width - barInset, middle);
  // On a narrow screen a state does without its dots, and what is told for a moment takes the place of what is told always.
  const text = small.width(model.text) <= right - left ? model.text : withoutDots(model.text);
  const fits = small.width(text) <= right - left;
  if (!fits) clear(canvas, bar, "background");
  const edge = barInset > WIDE_INSET ? barInset : 1;
  const area = fits ? { ...bar, x: left, width: right - left } : { ...bar, x: edge, width: bar.width - 2 * edge };
  centered(canvas, small, shortened(fits ? text : model.text, small, area.width), { area, top, color: "text" });
}

/** "Listening..." without what only says that it goes on. */
function withoutDots(text: string): string {
  return text.endsWith(DOTS) ? text.slice(0, -DOTS.length) : text;
}

/** The icons are as large as the letters beside them; not at the top of a circle, where there is no room for that. */
function sizeOf({ small, layout }: Canvas): number {
  return small.lineHeight < LARGE_LINE || layout.barInset > WIDE_INSET ? 1 : 2;
}

/** Gives where it ends. */
function paintSignal(canvas: Canvas, signal: number | undefined, x: number, middle: number): number {
  if (signal === undefined) return x;
  const size = sizeOf(canvas);
  const color = ink(canvas, "text");
  const bottom = middle + 5 * size;
  for (let bar = 0; bar < BARS; bar++) {
    const height = (4 + bar * 3) * size;
    const strength = bar < signal ? 255 : 64;
    canvas.poco.blendRectangle(color, strength, x + bar * 5 * size, bottom - height, 3 * size, height);
  }
  if (signal === 0) {
    canvas.poco.fillRectangle(ink(canvas, "warning"), x, middle + 3 * size, (BARS * 5 - 2) * size, 2 * size);
  }
  return x + (BARS * 5 + GAP) * size;
}

/** Gives where it begins. */
function paintRight(canvas: Canvas, { battery, isCharging, isMuted }: BarModel, end: number, middle: number): number {
  const size = sizeOf(canvas);
  let x = end;
  if (battery !== undefined) {
    x -= (BATTERY_WIDTH + 2) * size;
    paintBattery(canvas, { percent: battery, isCharging }, x, middle - (BATTERY_HEIGHT >> 1) * size);
    x -= GAP * size;
  }
  if (isMuted) {
    x -= canvas.small.width("×");
    const y = middle - (canvas.small.lineHeight >> 1);
    canvas.small.draw(canvas.poco, { text: "×", color: ink(canvas, "warning"), x, y });
    x -= (GAP + 6) * size;
    paintSpeaker(canvas, x, middle);
    x -= GAP * size;
  }
  return x;
}

function paintSpeaker(canvas: Canvas, x: number, middle: number): void {
  const size = sizeOf(canvas);
  const color = ink(canvas, "text");
  canvas.poco.fillRectangle(color, x, middle - 2 * size, 3 * size, 5 * size);
  for (let step = 0; step < 4; step++) {
    canvas.poco.fillRectangle(color, x + (3 + step) * size, middle - (2 + step) * size, size, (5 + step * 2) * size);
  }
}

function paintBattery(
  canvas: Canvas,
  { percent, isCharging }: { readonly percent: number; readonly isCharging: boolean },
  left: number,
  top: number,
): void {
  const size = sizeOf(canvas);
  const fill = (color: keyof Theme, ...[x, y, width, height]: readonly [number, number, number, number]) =>
    canvas.poco.fillRectangle(ink(canvas, color), left + x * size, top + y * size, width * size, height * size);
  fill("text", 0, 0, BATTERY_WIDTH, BATTERY_HEIGHT);
  fill("text", BATTERY_WIDTH, 3, 2, BATTERY_HEIGHT - 6);
  fill("background", 1, 1, BATTERY_WIDTH - 2, BATTERY_HEIGHT - 2);
  const level = isCharging ? "accent" : percent < LOW_PERCENT ? "warning" : "text";
  const width = Math.round(((BATTERY_WIDTH - 4) * Math.max(0, Math.min(100, percent))) / 100);
  if (width > 0) fill(level, 2, 2, width, BATTERY_HEIGHT - 4);
  if (!isCharging) return;
  // Seen without colours, too: a plus with an edge around it.
  const [x, y] = [BATTERY_WIDTH >> 1, BATTERY_HEIGHT >> 1];
  fill("background", x - 5, y - 2, 10, 4);
  fill("background", x - 2, y - 4, 4, 8);
  fill("text", x - 4, y - 1, 8, 2);
  fill("text", x - 1, y - 4, 2, 8);
}
