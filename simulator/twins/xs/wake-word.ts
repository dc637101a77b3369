import { call, register } from "host";

interface WakeWordEvents {
  readonly onWake: (text: string) => void;
  readonly onPrompt: (text: string) => void;
}

interface WakeWordTraits {
  readonly hearsMicrophone?: boolean;
  readonly worksWhileSpeaking?: boolean;
  readonly worksWhileListening?: boolean;
}

/** The detector that runs: what it hears is decided outside, by `VirtualDevice.wake`. */
class Detector {
  readonly #events: WakeWordEvents;

  constructor(events: WakeWordEvents) {
    this.#events = events;
    call("wakeWord.open", register(this));
  }

  start(): void {
    call("wakeWord.listen", true);
  }

  stop(): void {
    call("wakeWord.listen", false);
  }

  /** Called by Node. */
  $heard(what: "wake" | "prompt", text: string): void {
    if (what === "wake") this.#events.onWake(text);
    else this.#events.onPrompt(text);
  }
}

/** A wake word that boards of the simulator declare; no device has this module. */
export default class VirtualWakeWord {
  readonly hearsMicrophone: boolean;
  readonly worksWhileSpeaking: boolean;
  readonly worksWhileListening: boolean;

  constructor(traits: WakeWordTraits = {}) {
    const { hearsMicrophone = false, worksWhileSpeaking = false, worksWhileListening = false } = traits;
    this.hearsMicrophone = hearsMicrophone;
    this.worksWhileSpeaking = worksWhileSpeaking;
    this.worksWhileListening = worksWhileListening;
  }

  create(events: WakeWordEvents): Detector {
    return new Detector(events);
  }
}
