import type { Board } from "../../boards/board.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { ButtonEvents } from "../hardware/button.ts";
import { contained } from "../system/contained.ts";

/** What a click changes. Percent. */
const STEP = 10;

/** Whom the buttons concern. */
export interface ButtonNeeds {
  readonly board: Pick<Board, "button" | "volumeButtons">;
  readonly clock: Clock;
  /** What the talk button does. */
  readonly talk: ButtonEvents;
  readonly speaker: { volume: number };
  readonly settings: { volume: number };
  readonly view: { showVolume(percent: number): void } | undefined;
}

/** Brings the board's buttons to life. A click on one for the volume changes it; held, it goes all the way. */
export function createButtons({ board, clock, talk, ...sound }: ButtonNeeds): void {
  const { button, volumeButtons } = board;
  contained("button", () => button?.create(talk, clock));
  if (!volumeButtons) return;
  contained("volume buttons", () => {
    volumeButtons.up.create(volumeEvents(sound, STEP, 100), clock);
    volumeButtons.down.create(volumeEvents(sound, -STEP, 0), clock);
  });
}

type SoundNeeds = Pick<ButtonNeeds, "speaker" | "settings" | "view">;

function volumeEvents({ speaker, settings, view }: SoundNeeds, step: number, end: number): ButtonEvents {
  const set = (percent: number) => {
    const volume = Math.min(Math.max(percent, 0), 100);
    speaker.volume = volume;
    settings.volume = volume;
    view?.showVolume(volume);
  };
  return { onClick: () => set(speaker.volume + step), onPress: () => set(end), onRelease: () => undefined };
}
