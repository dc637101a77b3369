import assert from "node:assert/strict";
import { test } from "node:test";
import { alertText } from "../../../modules/ui/screen/alert-texts.ts";

test("what the device says itself is Chinese on a Chinese screen; names, numbers and reasons stay", () => {
  const texts = {
    "Unable to connect to service, please try again later": "无法连接服务，请稍后再试",
    "Upgrade: new version 1.2.3": "升级：新版本 1.2.3",
    "Upgrade: 40% 31KB/s": "升级：40% 31KB/s",
    "Upgrade failed: answer was cut off": "升级失败：answer was cut off",
    "Battery low (5 %), please charge": "电量低（5%），请充电",
    "Hold 7 s longer to erase all settings": "继续按住 7 秒将清除所有设置",
    "Hotspot: Xiaozhi-1A2B Config URL: http://192.168.4.1": "热点：Xiaozhi-1A2B 配置地址：http://192.168.4.1",
    Timer: "计时器",
    "Timer: tea": "计时器：tea",
  };
  for (const [english, chinese] of Object.entries(texts)) {
    assert.equal(alertText(english, true), chinese);
    assert.equal(alertText(english, false), english);
  }
});

test("what others say stays as it is", () => {
  for (const text of ["门开着", "Hold on", "Battery ", ""]) assert.equal(alertText(text, true), text);
});
