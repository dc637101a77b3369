import type { Note } from "./tones.ts";

/** What the device says in one language: file name to text. */
export interface SpokenPrompts {
  /** Folder under the sounds, and part of the resource's name. */
  readonly folder: "en" | "zh";
  readonly texts: { readonly [name: string]: string };
}

export const TONES: { readonly [name: string]: readonly Note[] } = {
  // Up a fifth and on to the octave: ready.
  success: [
    { hertz: 523, ms: 120 },
    { hertz: 784, ms: 120 },
    { hertz: 1047, ms: 360 },
  ],
  // Down a minor third, twice: something went wrong.
  exclamation: [
    { hertz: 622, ms: 140 },
    { hertz: 523, ms: 180 },
    { hertz: 0, ms: 60 },
    { hertz: 622, ms: 140 },
    { hertz: 523, ms: 320 },
  ],
  // A telephone on a table.
  vibration: [
    { hertz: 155, ms: 240, flutterHertz: 28 },
    { hertz: 0, ms: 120 },
    { hertz: 155, ms: 360, flutterHertz: 28 },
  ],
};

export const SPOKEN: readonly SpokenPrompts[] = [
  {
    folder: "en",
    texts: {
      ...digits(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]),
      activation: "Please enter this code in the console.",
      upgrade: "Installing new firmware. Please do not switch me off.",
      wificonfig: "Please join my hotspot to set up the network.",
      low_battery: "Battery low. Please charge me.",
    },
  },
  {
    folder: "zh",
    texts: {
      ...digits(["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"]),
      activation: "请在控制台输入这个验证码。",
      upgrade: "正在升级，请不要断电。",
      wificonfig: "请连接我的热点，设置网络。",
      low_battery: "电量低，请充电。",
    },
  },
];

function digits(words: readonly string[]): { [name: string]: string } {
  return Object.fromEntries(words.map((word, digit) => [String(digit), word]));
}
