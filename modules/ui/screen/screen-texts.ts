import { frozen } from "../../../protocol/frozen.ts";
import type { DeviceState } from "../../session/states.ts";
import type { NetworkStep } from "../view.ts";

/** What the screen says itself. */
export interface ScreenTexts {
  readonly states: { readonly [state in DeviceState]?: string };
  readonly volume: string;
  readonly muted: string;
  readonly brightness: string;
  readonly activate: string;
  readonly upgrading: string;
  readonly lowBattery: string;
  readonly hotspot: string;
  readonly network: { readonly [step in NetworkStep]: string };
}

// Three dots: the font's ellipsis is that of Chinese, which hangs in the middle of its line.
const ENGLISH: ScreenTexts = frozen({
  states: {
    unknown: "Starting",
    starting: "Starting",
    wifi_configuring: "Wi-Fi setup",
    idle: "Standby",
    connecting: "Connecting...",
    listening: "Listening...",
    speaking: "Speaking...",
    upgrading: "Upgrading",
    activating: "Activating",
    audio_testing: "Sound test",
    fatal_error: "Error",
  },
  volume: "Volume ",
  muted: "Muted",
  brightness: "Brightness ",
  activate: "Enter this code in the console",
  upgrading: "Upgrading, do not switch off",
  lowBattery: "Battery low, please charge",
  hotspot: "Hotspot: ",
  network: { scanning: "Finding Wi-Fi...", joining: "Joining ", joined: "Joined " },
});

const CHINESE: ScreenTexts = frozen({
  states: {
    unknown: "启动中",
    starting: "启动中",
    wifi_configuring: "配网模式",
    idle: "待命",
    connecting: "连接中…",
    listening: "聆听中…",
    speaking: "说话中…",
    upgrading: "升级中",
    activating: "激活设备",
    audio_testing: "音频测试",
    fatal_error: "错误",
  },
  volume: "音量 ",
  muted: "已静音",
  brightness: "亮度 ",
  activate: "请在控制台输入此验证码",
  upgrading: "正在升级，请勿断电",
  lowBattery: "电量低，请充电",
  hotspot: "热点：",
  network: { scanning: "扫描 Wi-Fi…", joining: "连接 ", joined: "已连接 " },
});

/** The screen's words in the device's language (a locale as "zh-CN"): Chinese for Chinese, English for all others. */
export function screenTexts(language: string): ScreenTexts {
  return language.startsWith("zh") ? CHINESE : ENGLISH;
}
