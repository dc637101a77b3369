/** What the terminal asks of the virtual device. */
export type ToChild =
  | { readonly type: "start"; readonly otaUrl: string; readonly board: string; readonly settings: string }
  /** Say a sentence to it. */
  | { readonly type: "say"; readonly text: string; readonly answerFile: string }
  /** Call it by its wake word. */
  | { readonly type: "wake"; readonly text: string | undefined }
  /** Play a WAV file to it. */
  | { readonly type: "play"; readonly file: string; readonly answerFile: string };

/** What a person in front of the device would notice. */
export interface Levels {
  /** Percent. */
  readonly volume: number;
  /** Percent; undefined when the board has no backlight. */
  readonly brightness: number | undefined;
}

/** What the virtual device tells the terminal. */
export type FromChild =
  | { readonly type: "ready"; readonly name: string; readonly levels: Levels }
  /** The device reported a fault; it goes on. */
  | { readonly type: "fault"; readonly text: string }
  /** The device's process is gone. */
  | { readonly type: "ended"; readonly text: string }
  /** One exchange is over; `latencyMs` is undefined when nothing was heard. */
  | {
      readonly type: "answered";
      /** When the last audible sample was spoken, ms since the epoch. */
      readonly spokenUntil: number | undefined;
      readonly latencyMs: number | undefined;
      readonly audibleMs: number;
      readonly levels: Levels;
      readonly answerFile: string;
    }
  /** It was called by its wake word and listens. */
  | { readonly type: "woken"; readonly levels: Levels }
  /** The device did not get an answer; `text` says at which step. */
  | { readonly type: "unanswered"; readonly text: string; readonly levels: Levels };
