import Resource from "Resource";
import Bitmap from "commodetto/Bitmap";
import Poco, { type PixelsOut } from "commodetto/Poco";
import type { Cancel, Clock } from "../../../protocol/clock.ts";
import type { ThemeName } from "../view.ts";
import type { Canvas } from "./canvas.ts";
import { type ChatRole, chatLines, paintChat } from "./chat-pane.ts";
import { hasPicture, paintFace } from "./face-pane.ts";
import { Font } from "./font.ts";
import { JpegOut } from "./jpeg-out.ts";
import { type Area, isTiny, layOut, type ScreenShape } from "./layout.ts";
import { type Notice, noticeArea, paintNotice } from "./notice-pane.ts";
import { openPicture } from "./picture/open-picture.ts";
import { PictureError } from "./picture/picture.ts";
import { PicturePainter } from "./picture/picture-painter.ts";
import { PixelMaker } from "./picture/pixel-maker.ts";
import { type BarModel, paintBar } from "./status-bar.ts";
import { MONOCHROME, THEMES } from "./theme.ts";

/** Changes that come together are drawn together. */
const PAINT_AFTER_MS = 30;
/** A text longer than its area moves up by a line. */
const SCROLL_MS = 1600;
/** A picture of somebody else stays so long. */
const PICTURE_MS = 5000;
/** Room for a screen full of text: 24 bytes a glyph. */
const DISPLAY_LIST_BYTES = 6144;

/** Pixels of the shorter side from which 20 are too few for a letter. */
const LARGE = 340;

/** Fonts by the size of a screen. */
interface FontNames {
  readonly small: string;
  readonly text: string;
  readonly faces: string;
}

/** As the board's manifest has them; a large screen without the large fonts has those of smaller ones. */
function fontNames({ width, height }: ScreenShape): FontNames {
  if (height < 100) return { small: "mono-16", text: "mono-16", faces: "face-32" };
  if (width < 200) return { small: "text-16", text: "text-16", faces: "face-32" };
  const isLarge = Math.min(width, height) >= LARGE && Resource.exists("text-26.xzf");
  if (isLarge) return { small: "text-26", text: "text-26", faces: "face-96" };
  return { small: "text-16", text: "text-20", faces: "face-64" };
}

type Pane = "bar" | "face" | "chat" | "notice";
const PANES: readonly Pane[] = Object.freeze(["bar", "face", "chat", "notice"] as const);

export interface ScreenOptions {
  readonly pixels: PixelsOut;
  readonly isRound?: boolean;
  /** The panel takes whole pictures only. */
  readonly isWhole?: boolean;
  readonly clock: Clock;
  readonly theme: ThemeName;
}

/** The screen of a device: what is told to it is seen a moment later, and only what changed is drawn. */
export class Screen {
  readonly shape: ScreenShape;
  /** Black and white: it is always dark, for what is lit wears out. */
  readonly isMonochrome: boolean;
  readonly #canvas: Canvas & { theme: Canvas["theme"] };
  readonly #clock: Clock;
  readonly #isWhole: boolean;
  #theme: ThemeName;
  #bar: BarModel = { text: "", signal: undefined, isMuted: false, battery: undefined, isCharging: false };
  #emotion = "neutral";
  #role: ChatRole = "system";
  #lines: readonly string[] = [];
  #firstLine = 0;
  #notice: Notice | undefined;
  #due: Pane[] = ["bar", "face", "chat"];
  /** A picture covers everything. */
  #isCovered = false;
  /** Counts pictures: a later one ends the reading of the one before. */
  #pictures = 0;
  #cancelPicture: Cancel | undefined;
  #cancelPaint: Cancel | undefined;
  #cancelScroll: Cancel | undefined;

  constructor({ pixels, isRound = false, isWhole = false, clock, theme }: ScreenOptions) {
    this.isMonochrome = pixels.pixelFormat === Bitmap.Gray256;
    this.shape = { width: pixels.width, height: pixels.height, isRound };
    const names = fontNames(this.shape);
    const small = new Font(names.small);
    const text = names.text === names.small ? small : new Font(names.text);
    const poco = new Poco(pixels, { displayListLength: DISPLAY_LIST_BYTES });
    const layout = layOut(this.shape, { bar: small.lineHeight, chat: text.lineHeight });
    const digits = this.shape.width < 150 ? text : new Font("code-48");
    this.#canvas = {
      poco,
      layout,
      theme: this.isMonochrome ? MONOCHROME : THEMES[theme],
      small,
      text,
      faces: new Font(names.faces),
      digits,
    };
    this.#clock = clock;
    this.#isWhole = isWhole;
    this.#theme = theme;
    this.#schedule();
  }

  get theme(): ThemeName {
    return this.#theme;
  }

  set theme(name: ThemeName) {
    if (name === this.#theme || this.isMonochrome) return;
    this.#theme = name;
    this.#canvas.theme = THEMES[name];
    this.#paintSoon("bar");
    this.#paintSoon(this.#notice ? "notice" : "face");
    this.#paintSoon("chat");
  }

  /** Shows what is given in the bar and leaves the rest of it. */
  showBar(change: Partial<BarModel>): void {
    const keys = Object.keys(change) as (keyof BarModel)[];
    if (keys.every((key) => change[key] === this.#bar[key])) return;
    this.#bar = { ...this.#bar, ...change };
    this.#paintSoon("bar");
  }

  /** A face by its name; one that is not known leaves the old one. */
  showEmotion(name: string): void {
    if (name === this.#emotion || !hasPicture(name)) return;
    this.#emotion = name;
    this.#paintSoon("face");
  }

  /** What somebody says; an empty text clears it. */
  showChat(role: ChatRole, text: string): void {
    this.#role = role;
    this.#lines = text === "" ? [] : chatLines(this.#canvas, text);
    this.#firstLine = 0;
    this.#paintSoon("chat");
    this.#scroll();
  }

  /** Puts something in the place of face and text; undefined brings them back. */
  showNotice(notice: Notice | undefined): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    if (notice) return this.#paintSoon("notice");
    this.#paintSoon("bar");
    this.#paintSoon("face");
    this.#paintSoon("chat");
  }

  /**
   * Shows a JPEG or PNG file in the place of everything, for five seconds from when it is complete.
   * @throws PictureError
   */
  async showPicture(file: Uint8Array): Promise<void> {
    const { poco, theme } = this.#canvas;
    const number = ++this.#pictures;
    const maker = new PixelMaker(poco.pixelsOut.pixelFormat, theme.background);
    const picture = openPicture(file, maker);
    this.#cancelPicture?.();
    this.#isCovered = true;
    try {
      const background = poco.makeColor(...theme.background);
      const painter = new PicturePainter({ poco, maker, size: picture, background, isWhole: this.#isWhole });
      // Between the rows, for words and commands do not wait.
      while (picture.readSome((block) => painter.take(block))) {
        await new Promise<void>((resolve) => this.#clock.schedule(0, resolve));
        if (number !== this.#pictures) throw new PictureError("picture-replaced", "another picture took its place");
      }
      painter.finish();
      this.#cancelPicture = this.#clock.schedule(PICTURE_MS, () => this.#uncover());
    } catch (error) {
      if (number === this.#pictures) this.#uncover();
      throw error;
    } finally {
      picture.close();
    }
  }

  #uncover(): void {
    this.#isCovered = false;
    for (const pane of PANES) this.#paintSoon(pane);
  }

  /** What it shows now, without a picture of somebody else, as a JPEG file. @param quality 1 to 100 */
  snapshot(quality: number): Uint8Array {
    const { pixelFormat } = this.#canvas.poco.pixelsOut;
    const out = new JpegOut({ ...this.shape, pixelFormat }, quality);
    const poco = new Poco(out, { displayListLength: DISPLAY_LIST_BYTES });
    const canvas = { ...this.#canvas, poco };
    this.#paintAll(canvas);
    poco.close();
    return out.finish();
  }

  #isShown(pane: Pane): boolean {
    const isSmall = isTiny(this.shape);
    if (this.#notice) return pane === "notice" || (pane === "bar" && !isSmall);
    return pane !== "notice" && (pane !== "face" || !isSmall);
  }

  #scroll(): void {
    this.#cancelScroll?.();
    this.#cancelScroll = undefined;
    if (this.#firstLine + this.#canvas.layout.chatLines >= this.#lines.length) return;
    this.#cancelScroll = this.#clock.schedule(SCROLL_MS, () => {
      this.#firstLine++;
      this.#paintSoon("chat");
      this.#scroll();
    });
  }

  #paintSoon(pane: Pane): void {
    if (!this.#due.includes(pane)) this.#due.push(pane);
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelPaint ??= this.#clock.schedule(PAINT_AFTER_MS, () => {
      this.#cancelPaint = undefined;
      if (this.#isCovered) return;
      const due = this.#due.filter((pane) => this.#isShown(pane));
      this.#due = [];
      if (this.#isWhole) this.#paintAll(this.#canvas);
      else this.#paint(due);
    });
  }

  /** In one piece: everything goes through the same list, and from top to bottom to the panel. */
  #paintAll(canvas: Canvas): void {
    const { width, height } = this.shape;
    const { poco } = canvas;
    poco.begin(0, 0, width, height);
    for (const pane of PANES) {
      if (!this.#isShown(pane)) continue;
      const area = this.#area(pane);
      poco.clip(area.x, area.y, area.width, area.height);
      this.#paintPane(pane, canvas);
      poco.clip();
    }
    poco.end();
  }

  #paint(panes: readonly Pane[]): void {
    const { poco } = this.#canvas;
    let isFirst = true;
    for (const pane of panes) {
      const { x, y, width, height } = this.#area(pane);
      if (isFirst) poco.begin(x, y, width, height);
      else poco.continue(x, y, width, height);
      isFirst = false;
      this.#paintPane(pane, this.#canvas);
    }
    if (!isFirst) poco.end();
  }

  #area(pane: Pane): Area {
    return pane === "notice" ? noticeArea(this.#canvas) : this.#canvas.layout[pane];
  }

  #paintPane(pane: Pane, canvas: Canvas): void {
    if (pane === "bar") paintBar(canvas, this.#bar);
    else if (pane === "face") paintFace(canvas, this.#emotion);
    else if (pane === "chat") paintChat(canvas, this.#role, this.#lines, this.#firstLine);
    else if (this.#notice) paintNotice(canvas, this.#notice);
  }
}
