import type { Board } from "../../boards/board.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { PromptName } from "../audio/prompts/prompt-file.ts";
import type { BootOptions } from "../boot/boot.ts";
import type { Settings } from "../boot/settings.ts";
import { deviceClock } from "../io/device-clock.ts";
import { isConnected, networkStatus } from "../io/network-status.ts";
import type { StateMachine } from "../session/state-machine.ts";
import { contained } from "../system/contained.ts";
import { log } from "../system/log.ts";
import type { Shared } from "../system/shared.ts";
import { type Words, wordsOf } from "../system/words.ts";
import { StatusLight } from "../ui/status-light.ts";
import type { View } from "../ui/view.ts";
import type { UpgradeParts } from "../upgrade/upgrade.ts";

/**
 * A line that the user should see, with the name of a picture for it: in the log, and on the screen if there is one.
 * `sound` is heard once the device has a voice.
 */
export type OnAlert = (text: string, picture?: string, sound?: PromptName) => void;

/** How the user learns what the device does: from its log, its light, its screen. */
export interface Shown extends Required<Pick<UpgradeParts, "onProgress">>, Required<Pick<BootOptions, "onCode">> {
  readonly light: StatusLight | undefined;
  readonly view: View | undefined;
  /** What alerts say. */
  readonly words: Words;
  readonly onAlert: OnAlert;
}

export interface ShownParts {
  readonly board: Board;
  readonly settings: Settings;
  readonly machine: StateMachine;
  readonly clock: Clock;
  readonly shared: Shared;
  /** A locale, for words on the screen. */
  readonly language: string;
  /** False where the screen may be what ends the program. */
  readonly hasScreen: boolean;
}

/** Brings light and screen of the board to life. */
export function createShown(parts: ShownParts): Shown {
  const { board, machine, clock, language, hasScreen } = parts;
  const light = board.light && new StatusLight(board.light.create(clock), machine);
  const view = hasScreen ? createView(parts) : undefined;
  machine.onMove((state) => view?.showState(state));
  return {
    light,
    view,
    words: wordsOf(language),
    onAlert: (text, picture) => {
      log.warn("alert", { text });
      view?.showAlert(text, picture);
    },
    onCode: (code, text) => view?.showCode(code, text),
    onProgress: (percent) => view?.showUpgrade(percent),
  };
}

/** What the board's screen shows; undefined without one, or when it does not come to life. */
function createView({ board, settings, clock, shared, language }: ShownParts): View | undefined {
  let view: View | undefined;
  contained("screen", () => {
    view = board.screen?.create({
      clock,
      shared,
      language,
      theme: settings.theme,
      volume: () => settings.volume,
      rssi: () => (isConnected() ? networkStatus().rssi : undefined),
      localTime: () => deviceClock.now() + settings.timezoneOffset * 60_000,
    });
  });
  return view;
}
