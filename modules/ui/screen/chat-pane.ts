import { type Canvas, centered, clear } from "./canvas.ts";
import type { Theme } from "./theme.ts";

export type ChatRole = "system" | "user" | "assistant";

/** Who said it is told by its colour. */
const COLORS: { readonly [role in ChatRole]: keyof Theme } = Object.freeze({
  system: "dim",
  user: "accent",
  assistant: "text",
});

/** Pixels that a line of text may take. */
export function chatWidth({ layout }: Canvas): number {
  return layout.chat.width - 2 * layout.chatInset;
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
