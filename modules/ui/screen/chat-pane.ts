import { type Canvas, centered, clear } from "./canvas.ts";
import { balancedLines, textLines } from "./text-lines.ts";
import type { Theme } from "./theme.ts";

export type ChatRole = "system" | "user" | "assistant";

/** Who said it is told by its colour. */
const COLORS: { readonly [role in ChatRole]: keyof Theme } = Object.freeze({
  system: "dim",
  user: "accent",
  assistant: "text",
});

/** A text in lines: in balanced ones where all of it is seen at once. */
export function chatLines({ layout, text: font }: Canvas, text: string): readonly string[] {
  const width = layout.chat.width - 2 * layout.chatInset;
  const lines = textLines(text, font, width);
  return lines.length > 1 && lines.length <= layout.chatLines ? balancedLines(text, font, width) : lines;
}

/** Lines of what was said last, from `first` on. */
export function paintChat(canvas: Canvas, role: ChatRole, lines: readonly string[], first: number): void {
  const { layout, text } = canvas;
  clear(canvas, layout.chat, "background");
  const rows = Math.min(layout.chatLines, lines.length - first);
  for (let row = 0; row < rows; row++) {
    const top = layout.chat.y + row * text.lineHeight;
    centered(canvas, text, lines[first + row] as string, { area: layout.chat, top, color: COLORS[role] });
  }
}
