import { frozen } from "../../../protocol/frozen.ts";

/**
 * What the device says itself, in the words of the log, and in Chinese. Of a text that goes on (a reason, a number, a name)
 * the rest stays as it is; `{}` stands for such a rest in the middle.
 */
const CHINESE: readonly (readonly [english: string, chinese: string])[] = frozen([
  ["Unable to connect to service, please try again later", "无法连接服务，请稍后再试"],
  ["Waiting for response timeout", "等待响应超时"],
  ["Sending failed, please check the network", "发送失败，请检查网络"],
  ["Looking for available service", "正在寻找可用服务"],
  ["Network lost", "网络已断开"],
  ["No server found: ", "未找到服务器："],
  ["Activation: ", "激活："],
  ["Upgrade: new version ", "升级：新版本 "],
  ["Upgrade: new firmware", "升级：新固件"],
  ["Upgrade: done, restarting", "升级完成，正在重启"],
  ["Upgrade refused: ", "升级被拒绝："],
  ["Upgrade failed: ", "升级失败："],
  ["Upgrade: ", "升级："],
  ["Battery low ({} %), please charge", "电量低（{}%），请充电"],
  ["Battery low", "电量低"],
  ["Hold {} s longer to erase all settings", "继续按住 {} 秒将清除所有设置"],
  ["All settings erased, restarting", "设置已清除，正在重启"],
  [
    "Safe mode: the device could not start. Click to try again; new firmware is looked for",
    "安全模式：设备无法启动。单击重试，正在查找新固件",
  ],
  ["Hotspot: {} Config URL: ", "热点：{} 配置地址："],
  ["Timer: ", "计时器："],
  ["Timer", "计时器"],
  ["Sound: ", "声音："],
  ["Backlight: ", "背光："],
] as const);

/** An alert of the device in the language of its screen; texts of servers are none of these, and stay. */
export function alertText(text: string, isChinese: boolean): string {
  if (!isChinese) return text;
  for (const [english, chinese] of CHINESE) {
    const [head = "", tail] = english.split("{}");
    if (!text.startsWith(head)) continue;
    if (tail === undefined) return chinese + text.slice(head.length);
    const end = text.indexOf(tail, head.length);
    if (end >= 0) return chinese.replace("{}", text.slice(head.length, end)) + text.slice(end + tail.length);
  }
  return text;
}
