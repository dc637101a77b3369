import { type Canvas, centered, clear, ink } from "./canvas.ts";
import type { Area } from "./layout.ts";
import { textLines } from "./text-lines.ts";

/** Something that takes the place of face and text until it is over. */
export type Notice =
  /** Digits that a person copies, and what for. */
  | { readonly kind: "code"; readonly code: string; readonly text: string }
  /** Work that the user waits for; percent. */
  | { readonly kind: "progress"; readonly percent: number; readonly text: string };

const BAR_HEIGHT = 8;

/** The area of face and text together. */
export function noticeArea({ layout: { face, chat, bar } }: Canvas): Area {
  const top = bar.y + bar.height;
  return { x: 0, y: top, width: bar.width, height: Math.max(face.y + face.height, chat.y + chat.height) - top };
}

export function paintNotice(canvas: Canvas, notice: Notice): void {
  const area = noticeArea(canvas);
  clear(canvas, area, "background");
  const { text, digits, layout } = canvas;
  const font = notice.kind === "code" ? digits : text;
  const lines = textLines(notice.text, text, area.width - 2 * layout.chatInset);
  const height = font.lineHeight + lines.length * text.lineHeight;
  let top = area.y + Math.max(0, (area.height - height) >> 1);
  if (notice.kind === "code") centered(canvas, digits, notice.code, { area, top, color: "text" });
  else paintProgress(canvas, area, notice.percent, top + ((font.lineHeight - BAR_HEIGHT) >> 1));
  top += font.lineHeight;
  for (const line of lines) {
    centered(canvas, text, line, { area, top, color: "dim" });
    top += text.lineHeight;
  }
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
