import { frozen } from "../../protocol/frozen.ts";

/** What the device is doing. Names are those of every XiaoZhi device, in logs and on the console. */
export type DeviceState =
  | "unknown"
  | "starting"
  | "wifi_configuring"
  | "idle"
  | "connecting"
  | "listening"
  | "speaking"
  | "upgrading"
  | "activating"
  | "audio_testing"
  | "fatal_error";

/** Every legal move. A move that is not here is refused and logged; nothing changes. */
export const MOVES: { readonly [from in DeviceState]: readonly DeviceState[] } = frozen({
  unknown: ["starting"],
  starting: ["wifi_configuring", "activating"],
  wifi_configuring: ["activating", "audio_testing"],
  audio_testing: ["wifi_configuring"],
  activating: ["upgrading", "idle", "wifi_configuring"],
  upgrading: ["idle", "activating"],
  idle: ["connecting", "listening", "speaking", "activating", "upgrading", "wifi_configuring"],
  connecting: ["idle", "listening"],
  listening: ["speaking", "idle"],
  speaking: ["listening", "idle"],
  fatal_error: [],
});
