import { frozen } from "../../protocol/frozen.ts";
import type { Light, LightPattern } from "../hardware/light.ts";
import type { StateMachine } from "../session/state-machine.ts";
import type { DeviceState } from "../session/states.ts";

/** What a single RGB LED shows in each state; the states that are absent are dark. */
const PATTERNS: { readonly [state in DeviceState]?: LightPattern } = frozen({
  starting: { red: 0, green: 0, blue: 4, blinkMs: 100 },
  wifi_configuring: { red: 0, green: 0, blue: 4, blinkMs: 500 },
  connecting: { red: 0, green: 0, blue: 4 },
  listening: { red: 2, green: 0, blue: 0 },
  audio_testing: { red: 16, green: 0, blue: 0 },
  speaking: { red: 0, green: 4, blue: 0 },
  upgrading: { red: 0, green: 4, blue: 0, blinkMs: 100 },
  activating: { red: 0, green: 4, blue: 0, blinkMs: 500 },
});

/** While somebody speaks to the device. */
const VOICE: LightPattern = frozen({ red: 16, green: 0, blue: 0 });

/** The light that shows what the device does. */
export class StatusLight {
  readonly #light: Light;
  readonly #machine: StateMachine;

  constructor(light: Light, machine: StateMachine) {
    this.#light = light;
    this.#machine = machine;
    machine.onMove((state) => light.show(PATTERNS[state]));
  }

  /** Somebody begins or ends to speak to the device. */
  showVoice(isVoice: boolean): void {
    if (this.#machine.state === "listening") this.#light.show(isVoice ? VOICE : PATTERNS.listening);
  }
}
