import type { Clock } from "../../protocol/clock.ts";
import type { ToDevice } from "../../protocol/to-device.ts";
import type { DeviceState } from "../session/states.ts";
import type { Shared } from "../system/shared.ts";

export type ThemeName = "light" | "dark";

/** On the way into a network. */
export type NetworkStep = "scanning" | "joining" | "joined";

/** What a view asks the device. */
export interface ViewParts {
  readonly clock: Clock;
  /** The parts of the board that several others use. */
  readonly shared: Shared;
  /** A locale, as "zh-CN": Chinese for Chinese, English for all others. */
  readonly language: string;
  readonly theme: ThemeName;
  /** Percent. */
  readonly volume: () => number;
  /** dBm; undefined while there is no network. */
  readonly rssi: () => number | undefined;
  /** ms since the epoch plus the place's offset from UTC: its UTC fields are the local time. */
  readonly localTime: () => number;
}

/** What the user sees of the device. The firmware tells it what happens; a board without a screen has none. */
export interface View {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly isMonochrome: boolean;
  /** Undefined where there is no choice, as on a monochrome screen. */
  readonly theme: ThemeName | undefined;
  useTheme(name: ThemeName): void;
  /** The device does something else from now on. */
  showState(state: DeviceState): void;
  /** What the server says of a conversation: words, faces. Other messages are ignored. */
  attend(message: ToDevice): void;
  /** A line that the user should see; `picture` as in {@link ToDevice}'s alert. */
  showAlert(text: string, picture?: string): void;
  /** The level was changed. Percent. */
  showVolume(percent: number): void;
  showBrightness(percent: number): void;
  /** A code that the user enters elsewhere. @param text where */
  showCode(code: string, text: string): void;
  /** The device waits in a hotspot of its own to be brought into a network. */
  showSetup(hotspot: string, url: string): void;
  /** The device looks for a network, tries one, or is in it. */
  showNetwork(step: NetworkStep, ssid?: string): void;
  /** New firmware is being installed. Percent. */
  showUpgrade(percent: number): void;
  /** Shows a JPEG or PNG file for five seconds. Rejects with a PictureError. */
  showPicture(file: Uint8Array): Promise<void>;
  /** What it shows, as a JPEG file. @param quality 1 to 100 */
  snapshot(quality: number): Uint8Array;
  /** Percent. */
  showBattery(percent: number, isCharging: boolean): void;
}

/** A screen that a board declares; `create` brings it to life. */
export interface ScreenPart {
  create(parts: ViewParts): View;
}
