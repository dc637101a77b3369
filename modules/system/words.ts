import { frozen } from "../../protocol/frozen.ts";

/** What the device says in words: on its screen, and in its log. What broke, and why, is told in English. */
export interface Words {
  readonly unreachable: string;
  readonly noHello: string;
  readonly noSound: string;
  /** No server is named. */
  readonly noService: string;
  /** No server is near, and no address is set. */
  readonly noServerNear: string;
  activation(text: string): string;
  /** The button is held. */
  holdLonger(seconds: number): string;
  readonly erased: string;
  readonly safeMode: string;
  hotspot(name: string, url: string): string;
  /** @param version undefined when it is not known */
  upgradeBegins(version: string | undefined): string;
  upgradeProgress(percent: number, kilobytesPerSecond: number): string;
  readonly upgradeDone: string;
  upgradeFailed(why: string): string;
  upgradeRefused(why: string): string;
  /** Percent. */
  batteryLow(percent: number): string;
  /** As a reason. Percent. */
  batteryAt(percent: number): string;
  /** @param label what the user called it, or "" */
  timer(label: string): string;
  soundFault(what: string): string;
  backlightFault(what: string): string;
}

const ENGLISH: Words = frozen({
  unreachable: "Unable to connect to service, please try again later",
  noHello: "Waiting for response timeout",
  noSound: "No sound from the server, please check the network",
  noService: "Looking for available service",
  noServerNear: "No server found in this network: start one, or set its address",
  activation: (text: string) => `Activation: ${text}`,
  holdLonger: (seconds: number) => `Hold ${seconds} s longer to erase all settings`,
  erased: "All settings erased, restarting",
  safeMode: "Safe mode: the device could not start. Click to try again; new firmware is looked for",
  hotspot: (name: string, url: string) => `Hotspot: ${name} Config URL: ${url}`,
  upgradeBegins: (version: string | undefined) =>
    `Upgrade: ${version === undefined ? "new firmware" : `new version ${version}`}`,
  upgradeProgress: (percent: number, speed: number) => `Upgrade: ${percent}% ${speed}KB/s`,
  upgradeDone: "Upgrade: done, restarting",
  upgradeFailed: (why: string) => `Upgrade failed: ${why}`,
  upgradeRefused: (why: string) => `Upgrade refused: ${why}`,
  batteryLow: (percent: number) => `Battery low (${percent} %), please charge`,
  batteryAt: (percent: number) => `the battery is at ${percent} %`,
  timer: (label: string) => (label === "" ? "Timer" : `Timer: ${label}`),
  soundFault: (what: string) => `Sound: ${what}`,
  backlightFault: (what: string) => `Backlight: ${what}`,
});

const CHINESE: Words = frozen({
  unreachable: "无法连接服务，请稍后再试",
  noHello: "等待响应超时",
  noSound: "收不到服务器的声音，请检查网络",
  noService: "正在寻找可用服务",
  noServerNear: "此网络中没有找到服务器，请启动服务器或设置其地址",
  activation: (text: string) => `激活设备：${text}`,
  holdLonger: (seconds: number) => `再按住 ${seconds} 秒将清除所有设置`,
  erased: "已清除所有设置，正在重启",
  safeMode: "安全模式：设备无法启动。点击重试；正在查找新固件",
  hotspot: (name: string, url: string) => `热点：${name} 配置地址：${url}`,
  upgradeBegins: (version: string | undefined) => `升级：${version === undefined ? "新固件" : `新版本 ${version}`}`,
  upgradeProgress: (percent: number, speed: number) => `升级：${percent}% ${speed}KB/s`,
  upgradeDone: "升级完成，正在重启",
  upgradeFailed: (why: string) => `升级失败：${why}`,
  upgradeRefused: (why: string) => `无法升级：${why}`,
  batteryLow: (percent: number) => `电量低（${percent}%），请充电`,
  batteryAt: (percent: number) => `电量只有 ${percent}%`,
  timer: (label: string) => (label === "" ? "定时器" : `定时器：${label}`),
  soundFault: (what: string) => `声音故障：${what}`,
  backlightFault: (what: string) => `背光故障：${what}`,
});

/** The words of a language (a locale as "zh-CN"): Chinese for Chinese, English for all others. */
export function wordsOf(language: string): Words {
  return language.startsWith("zh") ? CHINESE : ENGLISH;
}
