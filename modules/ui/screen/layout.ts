/** A rectangle of the screen, in pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a screen is: its size, and whether its corners are missing. */
export interface ScreenShape {
  readonly width: number;
  readonly height: number;
  readonly isRound?: boolean;
}

/** Where things are. The three areas cover the screen without a gap. */
export interface Layout {
  readonly bar: Area;
  readonly face: Area;
  readonly chat: Area;
  /** Pixels at the left and right of each area that nothing but its colour uses. */
  readonly barInset: number;
  readonly chatInset: number;
  /** Lines of text that `chat` holds. */
  readonly chatLines: number;
}

/** Screens lower than this have the face beside the text, not above it. */
const LOW = 100;
/** Screens lower than this have no room for a face. */
const TINY = 48;
/** The widest face that low screens have: one that laughs tears. */
const LOW_FACE = 40;

/** A line of state and a line of text, and no more. */
export function isTiny({ height }: ScreenShape): boolean {
  return height < TINY;
}

/** Some panels take pairs of lines only. */
function even(lines: number): number {
  return (lines + 1) & ~1;
}

/**
 * One layout for every size: a bar on top, the face below it, and the text at the bottom, of as many whole lines as a
 * third of the screen has. On a round screen the insets keep text inside the circle.
 *
 * @param lines heights of a line, in the bar and in the text
 */
export function layOut(shape: ScreenShape, lines: { readonly bar: number; readonly chat: number }): Layout {
  const { width, height, isRound } = shape;
  if (height < LOW) return low(shape, lines.bar);
  const barTop = isRound ? Math.round(height * 0.08) : 2;
  const barHeight = even(barTop + lines.bar + 2);
  const bottom = isRound ? Math.round(height * 0.12) : 4;
  const count = Math.max(1, Math.floor((height * (isRound ? 0.24 : 0.34)) / lines.chat));
  const chatHeight = even(count * lines.chat + bottom);
  const chatTop = height - chatHeight;
  return {
    bar: { x: 0, y: 0, width, height: barHeight },
    face: { x: 0, y: barHeight, width, height: chatTop - barHeight },
    chat: { x: 0, y: chatTop, width, height: chatHeight },
    barInset: isRound ? inset(shape, barTop + lines.bar / 6) : 4,
    chatInset: isRound ? inset(shape, height - bottom) : 6,
    chatLines: count,
  };
}

/** 128 x 64 and the like. */
function low(shape: ScreenShape, line: number): Layout {
  const { width, height } = shape;
  const rest = height - line;
  const side = isTiny(shape) ? 0 : LOW_FACE;
  return {
    bar: { x: 0, y: 0, width, height: line },
    face: { x: 0, y: line, width: side, height: rest },
    chat: { x: side, y: line, width: width - side, height: rest },
    barInset: 0,
    chatInset: 1,
    chatLines: Math.max(1, Math.floor(rest / line)),
  };
}

/** How far a circle's edge is from the screen's at a height. */
function inset({ width, height }: ScreenShape, y: number): number {
  const radius = width / 2;
  const distance = Math.abs(height / 2 - y);
  return Math.ceil(radius - Math.sqrt(Math.max(0, radius * radius - distance * distance))) + 2;
}
