import type { Clock } from "../../protocol/clock.ts";
import { type Digit, findPrompt } from "../audio/prompts/prompt-file.ts";
import { Prompts } from "../audio/prompts/prompts.ts";
import type { Speaker } from "../audio/speaker.ts";
import type { Settings } from "../boot/settings.ts";
import type { StateMachine } from "../session/state-machine.ts";
import type { DeviceState } from "../session/states.ts";
import type { Shown } from "./shown.ts";

export interface SoundsParts {
  readonly speaker: Speaker;
  readonly machine: StateMachine;
  readonly settings: Settings;
  readonly clock: Clock;
  /** A locale, for what is said. */
  readonly language: string;
}

/** The device's own sounds, at the moments that they are for (spec: sounds of the device). */
export function createPrompts({ speaker, machine, settings, clock, language }: SoundsParts): Prompts {
  const prompts = new Prompts({
    clock,
    speaker,
    find: (name) => findPrompt(name, language),
    isFree: () => !isConversation(machine.state),
    isWanted: () => settings.playsPrompts,
  });
  machine.onMove((state, previous) => {
    if (isConversation(state)) prompts.stop();
    else if (state === "upgrading") prompts.play("upgrade");
    else if (state === "wifi_configuring") prompts.play("wificonfig");
    else if (previous === "upgrading") prompts.play("exclamation");
    else if (state === "idle" && previous === "activating") prompts.play("success");
  });
  return prompts;
}

/** As `shown`, and what has a sound is heard. */
export function heard(shown: Shown, prompts: Prompts): Shown {
  return {
    ...shown,
    onAlert: (text, picture, sound) => {
      shown.onAlert(text, picture);
      if (sound) prompts.play(sound);
    },
    onCode: (code, text) => {
      shown.onCode?.(code, text);
      prompts.play("activation", ...digits(code));
    },
  };
}

function isConversation(state: DeviceState): boolean {
  return state === "connecting" || state === "listening" || state === "speaking";
}

function digits(code: string): Digit[] {
  return [...code].filter((letter): letter is Digit => letter >= "0" && letter <= "9");
}
