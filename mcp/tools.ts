import type { Speaker } from "../modules/audio/speaker.ts";
import type { Backlight } from "../modules/hardware/backlight.ts";
import type { Tool } from "./tool.ts";
import { brightnessTool } from "./tools/brightness.ts";
import { deviceStatusTool } from "./tools/device-status.ts";
import { rebootTool } from "./tools/reboot.ts";
import { remoteWakeupTool } from "./tools/remote-wakeup.ts";
import { systemInfoTool } from "./tools/system-info.ts";
import { type TimerControl, timerTools } from "./tools/timers.ts";
import { assetsTool, upgradeTool } from "./tools/upgrade.ts";
import { volumeTool } from "./tools/volume.ts";

/** Where volume and brightness are kept over a restart. */
interface KeptLevels {
  volume: number;
  brightness: number;
}

export interface BuiltInParts {
  readonly speaker: Speaker;
  readonly backlight: Backlight | undefined;
  readonly timers: TimerControl;
  readonly settings: KeptLevels;
  readonly networkStatus: () => { readonly ssid?: string; readonly rssi?: number };
}

/** Brings a level back from the settings and gives what a tool needs to change it. */
function kept(settings: KeptLevels, key: keyof KeptLevels, apply: (percent: number) => void) {
  apply(settings[key]);
  return {
    set: (percent: number) => {
      apply(percent);
      settings[key] = percent;
    },
  };
}

/** The tools of every device, in the order in which the model sees them, before those of the board. */
export function builtInTools(parts: BuiltInParts): readonly Tool[] {
  const { speaker, backlight, timers, settings, networkStatus } = parts;
  const volume = kept(settings, "volume", (percent) => {
    speaker.volume = percent;
  });
  const brightness = backlight && kept(settings, "brightness", (percent) => backlight.set(percent));
  const status = deviceStatusTool({
    volume: () => speaker.volume,
    brightness: () => (backlight ? settings.brightness : undefined),
    network: networkStatus,
  });
  return [status, volumeTool(volume), ...(brightness ? [brightnessTool(brightness)] : []), ...timerTools(timers)];
}

export interface UserToolParts {
  readonly systemInfo: () => string;
  readonly reboot: () => void;
  /** Installs the firmware at a URL, once the answer had time to leave. */
  readonly upgrade: (url: string) => void;
  readonly keepAssetsUrl: (url: string) => void;
  /** Opens a conversation for a reason; false when the device is busy. */
  readonly summon: (reason: string) => boolean;
}

/** The tools that a console offers to the user and no model may call; they come last. */
export function userTools({ systemInfo, reboot, upgrade, keepAssetsUrl, summon }: UserToolParts): readonly Tool[] {
  const tools = [systemInfoTool(systemInfo), rebootTool(reboot), upgradeTool(upgrade), assetsTool(keepAssetsUrl)];
  return [...tools, remoteWakeupTool(summon)];
}
