/** The sound on the lines of a codec chip. */
export interface CodecFormat {
  /** Hz. */
  readonly sampleRate: number;
  /** Of a sample on the line: 16 or 32. */
  readonly bits: number;
  /** The board gives the chip a clock of 256 times the sample rate; without, it makes its own of the bit clock. */
  readonly hasMclk: boolean;
  /** Ticks of the bit clock in a frame. */
  readonly frameBits: number;
}

/** A codec chip that answers. Its methods throw ChipError when it does not any more. */
export interface Codec {
  /** Missing where it has no microphone. */
  powerInput?(isOn: boolean): void;
  /** Missing where it has no speaker. */
  powerOutput?(isOn: boolean): void;
  /** Percent; the loudness follows the square, as that of samples does. Missing where samples are turned down. */
  setVolume?(percent: number): void;
}

/** A codec chip that a board declares. */
export interface CodecPart {
  /** @throws ChipError when it does not answer, or is another chip */
  create(format: CodecFormat): Codec;
}
