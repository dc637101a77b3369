import { type Canvas, centered, clear, ink } from "./canvas.ts";

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

/** Network on the left, battery and mute on the right, the text between. */
export function paintBar(canvas: Canvas, model: BarModel): void {
  const { layout, small } = canvas;
  const { bar, barInset } = layout;
  clear(canvas, bar, "background");
  const top = bar.y + bar.height - small.lineHeight - (bar.height > small.lineHeight ? 2 : 0);
  const middle = top + (small.lineHeight >> 1);
  const left = paintSignal(canvas, model.signal, bar.x + barInset, middle);
  const right = paintRight(canvas, model, bar.x + bar.width - barInset, middle);
  const fits = small.width(model.text) <= right - left;
  // On a narrow screen what is told for a moment takes the place of what is told always.
  if (!fits) clear(canvas, bar, "background");
  const area = fits
    ? { ...bar, x: left, width: right - left }
    : { ...bar, x: barInset, width: bar.width - 2 * barInset };
  canvas.poco.clip(area.x, area.y, area.width, area.height);
  centered(canvas, small, model.text, { area, top, color: "text" });
  canvas.poco.clip();
}

/** Gives where it ends. */
function paintSignal(canvas: Canvas, signal: number | undefined, x: number, middle: number): number {
  if (signal === undefined) return x;
  const color = ink(canvas, "text");
  for (let bar = 0; bar < BARS; bar++) {
    const height = 4 + bar * 3;
    const strength = bar < signal ? 255 : 64;
    canvas.poco.blendRectangle(color, strength, x + bar * 5, middle + 5 - height, 3, height);
  }
  if (signal === 0) canvas.poco.fillRectangle(ink(canvas, "warning"), x, middle + 3, BARS * 5 - 2, 2);
  return x + BARS * 5 + GAP;
}

/** Gives where it begins. */
function paintRight(canvas: Canvas, { battery, isCharging, isMuted }: BarModel, end: number, middle: number): number {
  let x = end;
  if (battery !== undefined) {
    x -= BATTERY_WIDTH + 2;
    paintBattery(canvas, { percent: battery, isCharging }, x, middle - (BATTERY_HEIGHT >> 1));
    x -= GAP;
  }
  if (isMuted) {
    x -= canvas.small.width("×");
    const y = middle - (canvas.small.lineHeight >> 1);
    canvas.small.draw(canvas.poco, { text: "×", color: ink(canvas, "warning"), x, y });
    x -= GAP + 6;
    paintSpeaker(canvas, x, middle);
    x -= GAP;
  }
  return x;
}

function paintSpeaker(canvas: Canvas, x: number, middle: number): void {
  const color = ink(canvas, "text");
  canvas.poco.fillRectangle(color, x, middle - 2, 3, 5);
  for (let step = 0; step < 4; step++) {
    canvas.poco.fillRectangle(color, x + 3 + step, middle - 2 - step, 1, 5 + step * 2);
  }
}

function paintBattery(
  canvas: Canvas,
  { percent, isCharging }: { readonly percent: number; readonly isCharging: boolean },
  x: number,
  y: number,
): void {
  const { poco } = canvas;
  const color = ink(canvas, "text");
  poco.fillRectangle(color, x, y, BATTERY_WIDTH, BATTERY_HEIGHT);
  poco.fillRectangle(color, x + BATTERY_WIDTH, y + 3, 2, BATTERY_HEIGHT - 6);
  poco.fillRectangle(ink(canvas, "background"), x + 1, y + 1, BATTERY_WIDTH - 2, BATTERY_HEIGHT - 2);
  const level = isCharging ? "accent" : percent < LOW_PERCENT ? "warning" : "text";
  const width = Math.round(((BATTERY_WIDTH - 4) * Math.max(0, Math.min(100, percent))) / 100);
  if (width > 0) poco.fillRectangle(ink(canvas, level), x + 2, y + 2, width, BATTERY_HEIGHT - 4);
  if (isCharging) paintPlus(canvas, x + (BATTERY_WIDTH >> 1), y + (BATTERY_HEIGHT >> 1));
}

/** Seen without colours, too: a plus with an edge around it. */
function paintPlus(canvas: Canvas, x: number, y: number): void {
  const { poco } = canvas;
  const [edge, plus] = [ink(canvas, "background"), ink(canvas, "text")];
  poco.fillRectangle(edge, x - 5, y - 2, 10, 4);
  poco.fillRectangle(edge, x - 2, y - 4, 4, 8);
  poco.fillRectangle(plus, x - 4, y - 1, 8, 2);
  poco.fillRectangle(plus, x - 1, y - 4, 2, 8);
}
