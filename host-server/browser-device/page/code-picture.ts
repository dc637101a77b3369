import { qrCode } from "../../../modules/ui/screen/qr-code.ts";

/** Pixels of a square of the code, and light squares around it. */
const SCALE = 6;
const QUIET = 4;

/** Draws a text as a QR code; a text that is too long for one hides the place. */
export function drawCode(canvas: HTMLCanvasElement, text: string): void {
  const code = qrCode(new TextEncoder().encode(text));
  canvas.hidden = code === undefined;
  const pen = canvas.getContext("2d");
  if (!code || !pen) return;
  canvas.width = canvas.height = (code.size + 2 * QUIET) * SCALE;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (code.isDark(x, y)) pen.fillRect((x + QUIET) * SCALE, (y + QUIET) * SCALE, SCALE, SCALE);
    }
  }
}
