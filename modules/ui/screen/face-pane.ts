import { frozen } from "../../../protocol/frozen.ts";
import { type Canvas, centered, clear } from "./canvas.ts";

/** The picture of an emotion or of an alert, by the names that servers send; unknown names leave the old one. */
const PICTURES: { readonly [name: string]: string } = frozen({
  neutral: "😶",
  happy: "🙂",
  laughing: "😆",
  funny: "😂",
  sad: "😔",
  angry: "😠",
  crying: "😭",
  loving: "😍",
  embarrassed: "😳",
  surprised: "😯",
  shocked: "😱",
  thinking: "🤔",
  winking: "😉",
  cool: "😎",
  relaxed: "😌",
  delicious: "🤤",
  kissy: "😘",
  confident: "😏",
  sleepy: "😴",
  silly: "😜",
  confused: "🙄",
  link: "🔗",
  warning: "⚠",
  cancel: "❌",
  cloud_download: "☁",
  cloud_off: "🌩",
  download: "📥",
  gear: "⚙",
  robot_2: "🤖",
});

/** Whether there is a picture of this name. */
export function hasPicture(name: string): boolean {
  return Object.hasOwn(PICTURES, name);
}

/** The face in the middle of its area. */
export function paintFace(canvas: Canvas, emotion: string): void {
  const { layout, faces } = canvas;
  clear(canvas, layout.face, "background");
  const top = layout.face.y + ((layout.face.height - faces.lineHeight) >> 1);
  centered(canvas, faces, PICTURES[emotion] ?? "", { area: layout.face, top, color: "text" });
}
