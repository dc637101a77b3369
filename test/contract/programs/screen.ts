import Bitmap from "commodetto/Bitmap";
import type { PixelArea, PixelsOut } from "commodetto/Poco";
import { SteadyClock } from "../../../modules/io/device-clock.ts";
import { type Words, wordsOf } from "../../../modules/system/words.ts";
import { Screen } from "../../../modules/ui/screen/screen.ts";
import { ScreenView } from "../../../modules/ui/screen/screen-view.ts";
import type { View } from "../../../modules/ui/view.ts";
import type { Clock } from "../../../protocol/clock.ts";
import type { Environment } from "../environment.ts";

/** So long a scene is on: longer than the screen waits before it draws, shorter than until it moves something. */
const SCENE_MS = 120;

/** A panel that keeps of each rectangle where it was, and a checksum of its pixels (FNV-1a, 16 bits at a time). */
class Fingerprints implements PixelsOut {
  readonly width: number;
  readonly height: number;
  readonly pixelFormat = Bitmap.RGB565LE;
  #made: number[][] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  begin({ x, y, width, height }: PixelArea): void {
    this.#made.push([x, y, width, height, 0x811c9dc5, 0]);
  }

  send(pixels: ArrayBuffer, offset = 0, count = pixels.byteLength - offset): void {
    const area = this.#made.at(-1) as number[];
    let sum = area[4] as number;
    for (const word of new Uint16Array(pixels, offset, count >> 1)) sum = Math.imul(sum ^ word, 0x01000193) >>> 0;
    area[4] = sum;
    area[5] = (area[5] as number) + (count >> 1);
  }

  end(): void {}

  pixelsToBytes(count: number): number {
    return count * 2;
  }

  /** x, y, width, height, checksum and count of pixels of what was drawn since the last call. */
  take(): readonly (readonly number[])[] {
    const made = this.#made;
    this.#made = [];
    return made;
  }
}

type Scenes = { readonly [name: string]: (view: View, words: Words) => void };

const SCENES: Scenes = {
  starting: (view) => view.showState("starting"),
  network: (view) => view.showNetwork("joining", "Home"),
  setup: (view) => view.showSetup("Xiaozhi-1A2B", "http://192.168.4.1"),
  code: (view) => view.showCode("482915", "xiaozhi.example"),
  standby: (view) => {
    view.showState("idle");
    view.showBattery(80, false);
  },
  user: (view) => {
    view.showState("listening");
    view.attend({ type: "stt", text: "今天天气怎么样？ What is it like?" });
  },
  answer: (view) => {
    view.attend({ type: "llm", emotion: "happy" });
    view.attend({ type: "tts", state: "sentence_start", text: "明天晴，有微微的南风。" });
    view.showBattery(15, true);
  },
  volume: (view) => view.showVolume(35),
  alert: (view, words) => view.showAlert(words.upgradeBegins("1.2.3"), "download"),
  progress: (view) => {
    view.showState("upgrading");
    view.showUpgrade(42);
  },
  dark: (view) => view.useTheme("dark"),
};

interface Show {
  readonly clock: Clock;
  readonly say: Environment["say"];
  readonly language: string;
  readonly panel: Fingerprints;
  readonly isRound: boolean;
}

function play({ clock, say, language, panel, isRound }: Show, onEnd: () => void): void {
  const screen = new Screen({ pixels: panel, isRound, clock, theme: "light" });
  const still = { volume: () => 70, rssi: () => -70, localTime: () => 0 };
  const view = new ScreenView(screen, { clock, language, theme: "light", ...still } as never);
  const names = Object.keys(SCENES);
  const step = (at: number): void => {
    const name = names[at];
    if (name === undefined) return onEnd();
    SCENES[name]?.(view, wordsOf(language));
    clock.schedule(SCENE_MS, () => {
      say([panel.width, language, name, panel.take()]);
      step(at + 1);
    });
  };
  step(0);
}

/** What the device's screen shows, as the renderer makes it: every pixel counts. */
export default function screen({ say, done }: Environment): void {
  const clock = new SteadyClock();
  const square = { clock, say, language: "zh-CN", panel: new Fingerprints(240, 240), isRound: false };
  const round = { clock, say, language: "en-US", panel: new Fingerprints(360, 360), isRound: true };
  play(square, () => play(round, done));
}
