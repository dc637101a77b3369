import type { Speaker } from "../modules/audio/speaker.ts";
import type { Backlight } from "../modules/hardware/backlight.ts";
import type { ThemeName, View } from "../modules/ui/view.ts";
import type { Tool } from "./tool.ts";
import { brightnessTool } from "./tools/brightness.ts";
import { type DeviceStatusSources, deviceStatusTool } from "./tools/device-status.ts";
import { factoryResetTool, reconfigureWifiTool } from "./tools/network.ts";
import { rebootTool } from "./tools/reboot.ts";
import { remoteWakeupTool } from "./tools/remote-wakeup.ts";
import { type ScreenServices, screenTools } from "./tools/screen.ts";
import { systemInfoTool } from "./tools/system-info.ts";
import { type ThemeControl, themeTool } from "./tools/theme.ts";
import { type TimerControl, timerTools } from "./tools/timers.ts";
import { assetsTool, upgradeTool } from "./tools/upgrade.ts";
import { volumeTool } from "./tools/volume.ts";

/** Where volume, brightness and theme are kept over a restart. */
interface KeptLevels {
  volume: number;
  brightness: number;
  theme: ThemeName;
}

/** What of a screen the tools need. */
type ToolView = Pick<View, "showVolume" | "showBrightness" | "theme" | "useTheme">;

export interface BuiltInParts {
  readonly speaker: Speaker;
  readonly backlight: Backlight | undefined;
  readonly view?: ToolView | undefined;
  readonly timers: TimerControl;
  readonly settings: KeptLevels;
  readonly battery?: DeviceStatusSources["battery"];
  readonly freeHeap?: DeviceStatusSources["freeHeap"];
  readonly networkStatus: () => { readonly ssid?: string; readonly rssi?: number };
}

interface Level {
  readonly apply: (percent: number) => void;
  /** Tells the user. */
  readonly show: (percent: number) => void;
}

/** Brings a level back from the settings and gives what a tool needs to change it. */
function kept(settings: KeptLevels, key: "volume" | "brightness", { apply, show }: Level) {
  apply(settings[key]);
  return {
    set: (percent: number) => {
      apply(percent);
      settings[key] = percent;
      show(percent);
    },
  };
}

/** The tools of every device, in the order in which the model sees them, before those of the board. */
export function builtInTools(parts: BuiltInParts): readonly Tool[] {
  const { speaker, backlight, view, timers, settings, networkStatus } = parts;
  const volume = kept(settings, "volume", {
    apply: (percent) => {
      speaker.volume = percent;
    },
    show: (percent) => view?.showVolume(percent),
  });
  const brightness =
    backlight &&
    kept(settings, "brightness", {
      apply: (percent) => backlight.set(percent),
      show: (percent) => view?.showBrightness(percent),
    });
  const status = deviceStatusTool({
    volume: () => speaker.volume,
    brightness: () => (backlight ? settings.brightness : undefined),
    theme: () => view?.theme,
    battery: () => parts.battery?.(),
    freeHeap: () => parts.freeHeap?.(),
    network: networkStatus,
  });
  const tools = [status, volumeTool(volume)];
  if (brightness) tools.push(brightnessTool(brightness));
  if (view?.theme !== undefined) tools.push(themeTool(keptTheme(view, settings)));
  return [...tools, ...timerTools(timers)];
}

function keptTheme(view: ToolView, settings: KeptLevels): ThemeControl {
  return {
    set: (name) => {
      view.useTheme(name);
      settings.theme = name;
    },
  };
}

export interface UserToolParts {
  readonly systemInfo: () => string;
  readonly reboot: () => void;
  /** Installs the firmware at a URL, once the answer had time to leave. */
  readonly upgrade: (url: string) => void;
  /** Opens the page for another network, once the answer had time to leave. */
  readonly reconfigureWifi: () => void;
  /** Forgets everything, and restarts. */
  readonly factoryReset: () => void;
  readonly keepAssetsUrl: (url: string) => void;
  /** Of a device with a screen. */
  readonly screen?: ScreenServices | undefined;
  /** Opens a conversation for a reason; false when the device is busy. */
  readonly summon: (reason: string) => boolean;
}

/** The tools that a console offers to the user and no model may call; they come last. */
export function userTools(parts: UserToolParts): readonly Tool[] {
  const { systemInfo, reboot, upgrade, keepAssetsUrl, screen, summon, reconfigureWifi, factoryReset } = parts;
  const tools = [systemInfoTool(systemInfo), rebootTool(reboot), upgradeTool(upgrade), assetsTool(keepAssetsUrl)];
  if (screen) tools.push(...screenTools(screen));
  return [...tools, remoteWakeupTool(summon), reconfigureWifiTool(reconfigureWifi), factoryResetTool(factoryReset)];
}
