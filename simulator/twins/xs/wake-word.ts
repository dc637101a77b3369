import { call, register } from "host";

interface WakeWordEvents {
  readonly onWake: (text: string) => void;
  readonly onPrompt: (text: string) => void;
  readonly onVoice: (isVoice: boolean) => void;
}

interface WakeWordTraits {
  readonly hearsMicrophone?: boolean;
  readonly worksWhileSpeaking?: boolean;
  readonly worksWhileListening?: boolean;
  readonly reportsVoice?: boolean;
}

/** The detector that runs: what it finds is decided outside, by `VirtualDevice.wake` or by who hears what it is given. */
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

  /** 16-bit mono at 16 kHz. */
  hear(pcm: Uint8Array): void {
    call("wakeWord.hear", pcm);
  }

  /** Called by Node. */
  $heard(what: "wake" | "prompt" | "voice", said: string | boolean): void {
    if (what === "voice") this.#events.onVoice(said === true);
    else if (what === "wake") this.#events.onWake(String(said));
    else this.#events.onPrompt(String(said));
  }
}

/** A wake word that boards of the simulator declare; no device has this module. */
export default class VirtualWakeWord {
  readonly hearsMicrophone: boolean;
  readonly worksWhileSpeaking: boolean;
  readonly worksWhileListening: boolean;
  readonly reportsVoice: boolean;

  constructor(traits: WakeWordTraits = {}) {
    const { hearsMicrophone = false, worksWhileSpeaking = false, worksWhileListening = false } = traits;
    this.reportsVoice = traits.reportsVoice ?? false;
    this.hearsMicrophone = hearsMicrophone;
    this.worksWhileSpeaking = worksWhileSpeaking;
    this.worksWhileListening = worksWhileListening;
  }

  create(events: WakeWordEvents): Detector {
    return new Detector(events);
  }
}
