import { frozen } from "../../protocol/frozen.ts";
import type { Light, LightPhase } from "../hardware/light.ts";
import type { StateMachine } from "../session/state-machine.ts";
import type { DeviceState } from "../session/states.ts";

/** What the light tells in each state; most have its name. */
const PHASES: { readonly [state in DeviceState]: LightPhase } = frozen({
  unknown: "dark",
  starting: "starting",
  wifi_configuring: "wifi_configuring",
  idle: "idle",
  connecting: "connecting",
  listening: "listening",
  speaking: "speaking",
  upgrading: "upgrading",
  activating: "activating",
  // A test of the microphone: it always hears somebody.
  audio_testing: "voice",
  fatal_error: "dark",
});

/** The light that shows what the device does. */
export class StatusLight {
  readonly #light: Light;
  readonly #machine: StateMachine;

  constructor(light: Light, machine: StateMachine) {
    this.#light = light;
    this.#machine = machine;
    machine.onMove((state) => light.show(PHASES[state]));
  }

  /** Somebody begins or ends to speak to the device. */
  showVoice(isVoice: boolean): void {
    if (this.#machine.state === "listening") this.#light.show(isVoice ? "voice" : "listening");
  }
}
