import Bitmap from "commodetto/Bitmap";
import { type Canvas, centered, clear, ink } from "./canvas.ts";
import type { Area } from "./layout.ts";
import { type QrCode, qrCode } from "./qr-code.ts";
import { balancedLines, textLines } from "./text-lines.ts";

/** Something that takes the place of face and text until it is over. */
export type Notice =
  /** Digits that a person copies, and what for. */
  | { readonly kind: "code"; readonly code: string; readonly text: string }
  /** Work that the user waits for; percent. */
  | { readonly kind: "progress"; readonly percent: number; readonly text: string }
  /** Something for the camera of a phone, and the same in words. Only words where there is no room, or it is too long. */
  | { readonly kind: "qr"; readonly content: string; readonly text: string };

const BAR_HEIGHT = 8;
/** Light squares around a code, of the four that the standard wants: the screen's edge does not matter to phones. */
const QUIET = 2;
/** Between a code and the words below it. */
const GAP = 4;
/** Pixels of a square that a phone can still see. */
const LEAST_SCALE = 2;

/** The area of face and text together; where there is no face, of the whole screen. */
export function noticeArea({ layout: { face, chat, bar } }: Canvas): Area {
  const top = face.width === 0 ? 0 : bar.y + bar.height;
  return { x: 0, y: top, width: bar.width, height: Math.max(face.y + face.height, chat.y + chat.height) - top };
}

export function paintNotice(canvas: Canvas, notice: Notice): void {
  const area = noticeArea(canvas);
  clear(canvas, area, "background");
  const { text, digits, layout } = canvas;
  if (notice.kind === "qr") return paintQr(canvas, area, notice);
  const font = notice.kind === "code" ? digits : text;
  const lines = balancedLines(notice.text, text, area.width - 2 * layout.chatInset);
  const height = font.lineHeight + lines.length * text.lineHeight;
  let top = area.y + Math.max(0, (area.height - height) >> 1);
  if (notice.kind === "code") centered(canvas, digits, notice.code, { area, top, color: "text" });
  else paintProgress(canvas, area, notice.percent, top + ((font.lineHeight - BAR_HEIGHT) >> 1));
  top += font.lineHeight;
  paintLines(canvas, lines, area, top);
}

function paintLines(canvas: Canvas, lines: readonly string[], area: Area, first: number): void {
  let top = first;
  for (const line of lines) {
    centered(canvas, canvas.text, line, { area, top, color: "dim" });
    top += canvas.text.lineHeight;
  }
}

/** Where there is no room for code and words, the first words go with it; where that is too much, there are words only. */
function paintQr(canvas: Canvas, area: Area, { content, text: words }: { content: string; text: string }): void {
  const { text, layout } = canvas;
  let lines = textLines(words, text, area.width - 2 * layout.chatInset);
  const code = qrCode(new Uint8Array(ArrayBuffer.fromString(content)));
  // What lies below the last line of chat is kept free: on a round screen nothing fits there.
  const margin = layout.chat.height - layout.chatLines * text.lineHeight;
  const room = area.height - 2 * margin - GAP;
  const scaleBeside = (count: number) =>
    code ? Math.floor((room - count * text.lineHeight) / (code.size + 2 * QUIET)) : 0;
  if (scaleBeside(lines.length) < LEAST_SCALE && scaleBeside(1) >= LEAST_SCALE) lines = lines.slice(0, 1);
  const scale = scaleBeside(lines.length);
  const side = code && scale >= LEAST_SCALE ? (code.size + 2 * QUIET) * scale + GAP : 0;
  const top = area.y + Math.max(0, (area.height - side - lines.length * text.lineHeight) >> 1);
  if (code && side > 0) paintCode(canvas, code, scale, { x: area.x + ((area.width - side + GAP) >> 1), y: top });
  paintLines(canvas, lines, area, top + side);
}

function paintCode({ poco }: Canvas, code: QrCode, scale: number, { x, y }: Pick<Area, "x" | "y">): void {
  const side = (code.size + 2 * QUIET) * scale;
  const [light, dark] = [poco.makeColor(255, 255, 255), poco.makeColor(0, 0, 0)];
  poco.fillRectangle(light, x, y, side, side);
  const bits = new Bitmap(code.size * scale, code.size * scale, Bitmap.Monochrome, enlarged(code, scale), 0);
  poco.drawMonochrome(bits, dark, undefined, x + QUIET * scale, y + QUIET * scale);
}

/** One bit a pixel: one entry of the display list instead of hundreds. */
function enlarged(code: QrCode, scale: number): Uint8Array {
  const side = code.size * scale;
  const rowBytes = (side + 7) >> 3;
  const bits = new Uint8Array(rowBytes * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const isDark = code.isDark(Math.floor(x / scale), Math.floor(y / scale));
      const at = y * rowBytes + (x >> 3);
      if (isDark) bits[at] = (bits[at] as number) | (0x80 >> (x & 7));
    }
  }
  return bits;
}

function paintProgress(canvas: Canvas, area: Area, percent: number, top: number): void {
  const { poco } = canvas;
  const width = Math.round(area.width * 0.7);
  const x = area.x + ((area.width - width) >> 1);
  poco.fillRectangle(ink(canvas, "dim"), x - 1, top - 1, width + 2, BAR_HEIGHT + 2);
  poco.fillRectangle(ink(canvas, "chat"), x, top, width, BAR_HEIGHT);
  const done = Math.round((width * Math.max(0, Math.min(100, percent))) / 100);
  if (done > 0) poco.fillRectangle(ink(canvas, "accent"), x, top, done, BAR_HEIGHT);
}
