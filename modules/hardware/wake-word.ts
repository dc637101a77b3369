/** What a wake word detector noticed. */
export interface WakeWordEvents {
  /** The words were spoken; `text` is what a server should take them for. */
  readonly onWake: (text: string) => void;
  /** The board speaks for its user: `text` is what the user would have said. */
  readonly onPrompt: (text: string) => void;
  /** Somebody begins or ends to speak. Only with `reportsVoice`. */
  readonly onVoice: (isVoice: boolean) => void;
}

/** A wake word detector that runs. */
export interface WakeWord {
  /** Listens for the words; also after it has found them. Harmless while listening. */
  start(): void;
  stop(): void;
  /** 60 ms of the microphone, 16-bit mono at 16 kHz; called while it listens, with `hearsMicrophone` only. */
  hear?(pcm: Uint8Array): void;
}

/** A wake word detector that a board declares; `create` brings it to life. */
export interface WakeWordPart {
  /** It is given the sound of the microphone. Without: it has its own, as a recogniser chip has. */
  readonly hearsMicrophone?: boolean;
  /** It finds the words although the speaker plays: a wake word interrupts an answer. */
  readonly worksWhileSpeaking?: boolean;
  /** A wake word begins an utterance anew. Usually not wanted: people say the words in sentences. */
  readonly worksWhileListening?: boolean;
  /** It also tells when somebody speaks. Without, this is seen in how much the microphone's packets carry. */
  readonly reportsVoice?: boolean;
  create(events: WakeWordEvents): WakeWord;
}
