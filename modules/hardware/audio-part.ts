import type { SharedPart } from "../system/shared.ts";
import type { CodecPart } from "./codec.ts";
import type { Switch } from "./switch.ts";

/** GPIO numbers of the lines to microphone or speaker. */
export interface LinePins {
  /** The codec's own clock, where it wants one. */
  readonly mclk?: number;
  readonly bclk: number;
  readonly ws: number;
  readonly data: number;
}

/** How sound travels on a line. */
export interface SoundLine {
  /** Hz. */
  readonly sampleRate: number;
  /** Samples in a frame. */
  readonly slots: number;
  /** Of a sample as it is read or written: 16 or 32. */
  readonly bits: number;
  /** Absent where the platform has its own sound. */
  readonly pins?: LinePins;
}

/** Microphone and speaker of a board, as data. */
export interface AudioPart {
  readonly mode: "full-duplex" | "standard-and-tdm" | "two-controllers" | "platform";
  readonly microphone: SoundLine;
  readonly speaker: SoundLine;
  /** The second slot of the microphone carries what the speaker plays, for cancelling its echo. */
  readonly hasReference: boolean;
  readonly codecs: readonly CodecPart[];
  /** Of the loudspeaker; on while sound is played. */
  readonly amplifier?: SharedPart<Switch>;
}

/** One set of clocks for both directions. */
export interface SharedPins {
  readonly mclk?: number;
  readonly bclk: number;
  readonly ws: number;
  /** Data from the microphone, and to the speaker. */
  readonly microphone: number;
  readonly speaker: number;
}

function linePins({ mclk, bclk, ws }: SharedPins, data: number): LinePins {
  return mclk === undefined ? { bclk, ws, data } : { mclk, bclk, ws, data };
}

interface FullDuplex {
  /** Hz, of both directions: 8000 to 48000. */
  readonly sampleRate: number;
  readonly pins: SharedPins;
  readonly codec: CodecPart;
  /** The codec puts what it plays into the second slot of the microphone. */
  readonly hasReference?: boolean;
  readonly amplifier?: SharedPart<Switch>;
}

/** One codec for microphone and speaker: standard I2S both ways, 16 bits. */
export function fullDuplex({ sampleRate, pins, codec, hasReference = false, amplifier }: FullDuplex): AudioPart {
  const line = { sampleRate, slots: 2, bits: 16 };
  return {
    mode: "full-duplex",
    microphone: { ...line, pins: linePins(pins, pins.microphone) },
    speaker: { ...line, pins: linePins(pins, pins.speaker) },
    hasReference,
    codecs: [codec],
    ...(amplifier && { amplifier }),
  };
}

interface StandardAndTdm {
  /** Hz, of both directions. */
  readonly sampleRate: number;
  readonly pins: SharedPins;
  readonly microphone: CodecPart;
  readonly speaker: CodecPart;
  /** The microphone's chip also hears what the speaker plays, as its third input. */
  readonly hasReference: boolean;
  readonly amplifier?: SharedPart<Switch>;
}

/** A speaker's codec with standard I2S, and on the same clocks a chip that sends four microphones in a frame (TDM). */
export function standardAndTdm(parts: StandardAndTdm): AudioPart {
  const { sampleRate, pins, microphone, speaker, hasReference, amplifier } = parts;
  return {
    mode: "standard-and-tdm",
    microphone: { sampleRate, slots: 4, bits: 16, pins: linePins(pins, pins.microphone) },
    speaker: { sampleRate, slots: 2, bits: 16, pins: linePins(pins, pins.speaker) },
    hasReference,
    codecs: [speaker, microphone],
    ...(amplifier && { amplifier }),
  };
}

interface OwnLine extends LinePins {
  /** Hz. */
  readonly sampleRate: number;
}

interface TwoControllers {
  readonly microphone: OwnLine;
  readonly speaker: OwnLine;
  readonly amplifier?: SharedPart<Switch>;
}

/** A microphone and an amplifier without a codec, each on its own lines: 32 bits, the left slot. */
export function twoControllers({ microphone, speaker, amplifier }: TwoControllers): AudioPart {
  const line = ({ sampleRate, ...pins }: OwnLine): SoundLine => ({ sampleRate, slots: 1, bits: 32, pins });
  return {
    mode: "two-controllers",
    microphone: line(microphone),
    speaker: line(speaker),
    hasReference: false,
    codecs: [],
    ...(amplifier && { amplifier }),
  };
}
