import { frozen } from "../../protocol/frozen.ts";
import type { Light, LightPattern } from "../hardware/light.ts";
import type { StateMachine } from "../session/state-machine.ts";
import type { DeviceState } from "../session/states.ts";

/** What a single RGB LED shows in each state; the states that are absent are dark. */
const PATTERNS: { readonly [state in DeviceState]?: LightPattern } = frozen({
  starting: { red: 0, green: 0, blue: 4, blinkMs: 100 },
  wifi_configuring: { red: 0, green: 0, blue: 4, blinkMs: 500 },
  connecting: { red: 0, green: 0, blue: 4 },
  listening: { red: 16, green: 0, blue: 0 },
  audio_testing: { red: 16, green: 0, blue: 0 },
  speaking: { red: 0, green: 4, blue: 0 },
  upgrading: { red: 0, green: 4, blue: 0, blinkMs: 100 },
  activating: { red: 0, green: 4, blue: 0, blinkMs: 500 },
});

/** Lets the light follow the state. */
export function followState(light: Light, machine: StateMachine): void {
  machine.onMove((state) => light.show(PATTERNS[state]));
}
