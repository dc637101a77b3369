import { Engine } from "modules/audio/engine/engine";
import { EngineSoundIn } from "modules/audio/engine/engine-sound-in";
import { EngineSoundOut } from "modules/audio/engine/engine-sound-out";
import { TroubleLog } from "modules/audio/engine/trouble-log";
import { wiringOf } from "modules/audio/engine/wiring";
import { contained } from "modules/system/contained";
import { log, reason } from "modules/system/log";
import type { AudioPart } from "../../hardware/audio-part.ts";
import type { SoundIn, SoundInEvents } from "../sound-in.ts";
import type { SoundOut, SoundOutEvents } from "../sound-out.ts";

/**
 * Microphone and speaker through the native engine. In the manifest this module has the name of the plain sound path,
 * so that it imports by names from the root. Without an engine the device is deaf and mute, and all else works.
 */
export class SoundPath {
  readonly #engine: Engine | undefined;
  readonly #troubles: TroubleLog | undefined;
  #input: EngineSoundIn | undefined;
  #output: EngineSoundOut | undefined;

  constructor(part: AudioPart) {
    try {
      const engine = new Engine(wiringOf(part));
      engine.onEvents = (events) => contained("audio engine", () => this.#attend(events));
      this.#troubles = new TroubleLog(engine);
      this.#engine = engine;
    } catch (error) {
      log.error("no sound", { reason: reason(error) });
    }
  }

  openInput(events: SoundInEvents): SoundIn {
    this.#input = new EngineSoundIn(this.#engine, events);
    return this.#input;
  }

  openOutput(events: SoundOutEvents): SoundOut {
    this.#output = new EngineSoundOut(this.#engine, events);
    return this.#output;
  }

  #attend(events: number): void {
    this.#input?.attend(events);
    this.#output?.attend(events);
    this.#troubles?.attend(events);
  }
}
