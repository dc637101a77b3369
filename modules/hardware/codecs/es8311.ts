import { frozen } from "../../../protocol/frozen.ts";
import type { Codec, CodecFormat, CodecPart } from "../codec.ts";
import { type ChipAddress, ChipError, type I2cBus, Registers } from "../registers.ts";

const ADDRESS = 0x18;

/** The chip's own clock runs at this multiple of the sample rate. */
const CLOCK_MULTIPLE = 256;

const RESET = 0x00;
const CLOCK_SWITCHES = 0x01;
const CLOCK_PREDIVIDER = 0x02;
const ADC_OVERSAMPLING = 0x03;
const DAC_OVERSAMPLING = 0x04;
const CLOCK_DIVIDERS = 0x05;
const LINE_FROM_HOST = 0x09;
const LINE_TO_HOST = 0x0a;
const POWER = 0x0d;
const ANALOG_POWER = 0x0e;
const DAC_POWER = 0x12;
const MICROPHONE = 0x14;
const ADC_RAMP = 0x15;
const MICROPHONE_GAIN = 0x16;
const ADC_VOLUME = 0x17;
const DAC_MUTE = 0x31;
const DAC_VOLUME = 0x32;
const DAC_RAMP = 0x37;
const INTERNAL_SIGNALS = 0x44;
const CHIP_ID_1 = 0xfd;
const CHIP_ID_2 = 0xfe;

/** Its clock comes from the bit clock instead of a pin of its own. */
const CLOCK_FROM_BCLK = 0x80;
const ALL_CLOCKS = 0x3f;

/** 16-bit samples, I2S; bit 6 keeps the line silent. */
const SAMPLES_16 = 0x0c;
const LINE_SILENT = 0x40;

/** The microphone at the differential input with its amplifier on. */
const MICROPHONE_ON = 0x1a;

/** What is played goes out beside the microphone, as the right channel. */
const REFERENCE = 0x58;
const NO_REFERENCE = 0x08;

const MUTED = 0x60;

/** The register counts half decibels from -95.5 dB: 0 dB of the converter. */
const FULL_VOLUME = 191;

const GAIN_STEP_DB = 6;
const MAX_GAIN_STEPS = 7;

interface Es8311Options {
  readonly bus: I2cBus;
  /** 7 bits; 0x18 when absent. */
  readonly address?: number;
  /** Of the microphone's amplifier: 0 to 42, in steps of 6; 30 when absent. */
  readonly microphoneGainDb?: number;
  /** False where another chip listens. */
  readonly hasMicrophone?: boolean;
  /** Sends what it plays as the second channel of the microphone. */
  readonly hasReference?: boolean;
}

/** How the chip makes its clock of the one that it gets, times `multiplier` and divided by `divider`. */
export interface Es8311Clock {
  /** 1 to 8 */
  readonly divider: number;
  /** 1, 2, 4 or 8 */
  readonly multiplier: number;
}

const MULTIPLIERS: readonly number[] = frozen([1, 2, 4, 8]);

/**
 * Of a clock of `hz`, at a sample rate; undefined when there is no way. The chip wants 256 clocks for each sample.
 */
export function es8311Clock(hz: number, sampleRate: number): Es8311Clock | undefined {
  for (const multiplier of MULTIPLIERS) {
    const divider = (hz * multiplier) / (CLOCK_MULTIPLE * sampleRate);
    if (Number.isInteger(divider) && divider >= 1 && divider <= 8) return { divider, multiplier };
  }
  return undefined;
}

/** The register of a volume: the loudness goes by its square, which is 40 dB for a factor of 10. */
export function es8311Volume(percent: number): number {
  if (percent <= 0) return 0;
  return Math.max(1, Math.round(FULL_VOLUME + 80 * Math.log10(Math.min(percent, 100) / 100)));
}

class Es8311 implements Codec {
  readonly #registers: Registers;
  readonly #options: Es8311Options;
  readonly #format: CodecFormat;
  #volume = 0;
  #isInputOn = false;
  #isOutputOn = false;

  constructor(address: ChipAddress, options: Es8311Options, format: CodecFormat) {
    this.#registers = new Registers(address);
    this.#options = options;
    this.#format = format;
    this.#registers.expect(CHIP_ID_1, 0x83);
    this.#registers.expect(CHIP_ID_2, 0x11);
    this.#setUp(address);
  }

  #setUp(address: ChipAddress): void {
    const { sampleRate, hasMclk, frameBits } = this.#format;
    const hz = sampleRate * (hasMclk ? CLOCK_MULTIPLE : frameBits);
    const clock = es8311Clock(hz, sampleRate);
    if (!clock) {
      throw new ChipError("chip-wrong", `${address.chip}: no way from a clock of ${hz} Hz to ${sampleRate} Hz`);
    }
    const registers = this.#registers;
    registers.writeAll([
      // Noise on the bus can swallow the first write after power on.
      [INTERNAL_SIGNALS, NO_REFERENCE],
      [INTERNAL_SIGNALS, NO_REFERENCE],
      [RESET, 0x80],
      [CLOCK_SWITCHES, hasMclk ? ALL_CLOCKS : ALL_CLOCKS | CLOCK_FROM_BCLK],
      [CLOCK_PREDIVIDER, ((clock.divider - 1) << 5) | (MULTIPLIERS.indexOf(clock.multiplier) << 3)],
      [ADC_OVERSAMPLING, 0x10],
      [DAC_OVERSAMPLING, 0x10],
      [CLOCK_DIVIDERS, 0x00],
      // Reference voltages, and a high-pass filter against hum.
      [0x0b, 0x00],
      [0x0c, 0x00],
      [0x10, 0x1f],
      [0x11, 0x7f],
      [0x13, 0x10],
      [0x1b, 0x0a],
      [0x1c, 0x6a],
      [LINE_FROM_HOST, SAMPLES_16 | LINE_SILENT],
      [LINE_TO_HOST, SAMPLES_16 | LINE_SILENT],
      [INTERNAL_SIGNALS, this.#options.hasReference ? REFERENCE : NO_REFERENCE],
      [DAC_MUTE, MUTED],
    ]);
    this.#setGain();
    this.#applyPower();
  }

  #setGain(): void {
    const steps = Math.round((this.#options.microphoneGainDb ?? 30) / GAIN_STEP_DB);
    this.#registers.write(MICROPHONE_GAIN, 0x20 | Math.min(Math.max(steps, 0), MAX_GAIN_STEPS));
  }

  powerInput(isOn: boolean): void {
    if (this.#options.hasMicrophone === false) return;
    this.#isInputOn = isOn;
    this.#applyPower();
    if (!isOn) return;
    this.#registers.writeAll([
      [MICROPHONE, MICROPHONE_ON],
      [ADC_VOLUME, 0xbf],
      [ADC_RAMP, 0x40],
    ]);
    this.#setGain();
  }

  powerOutput(isOn: boolean): void {
    this.#isOutputOn = isOn;
    if (!isOn) this.#registers.update(DAC_MUTE, MUTED, MUTED);
    this.#applyPower();
    if (!isOn) return;
    this.#registers.write(DAC_RAMP, 0x08);
    this.#applyVolume();
  }

  setVolume(percent: number): void {
    this.#volume = percent;
    if (this.#isOutputOn) this.#applyVolume();
  }

  #applyVolume(): void {
    this.#registers.write(DAC_VOLUME, es8311Volume(this.#volume));
    this.#registers.update(DAC_MUTE, MUTED, this.#volume > 0 ? 0 : MUTED);
  }

  /** Lines that are not used are silent; with neither in use all analog parts rest. */
  #applyPower(): void {
    const isOn = this.#isInputOn || this.#isOutputOn;
    this.#registers.writeAll([
      [LINE_FROM_HOST, SAMPLES_16 | (this.#isOutputOn ? 0 : LINE_SILENT)],
      [LINE_TO_HOST, SAMPLES_16 | (this.#isInputOn ? 0 : LINE_SILENT)],
      [POWER, isOn ? 0x01 : 0xfa],
      [ANALOG_POWER, isOn ? 0x02 : 0xff],
      [DAC_POWER, this.#isOutputOn ? 0x00 : 0x02],
      [MICROPHONE, this.#isInputOn ? MICROPHONE_ON : 0x00],
    ]);
  }
}

class Es8311Part implements CodecPart {
  readonly #options: Es8311Options;

  constructor(options: Es8311Options) {
    this.#options = options;
  }

  create(format: CodecFormat): Codec {
    const { bus, address = ADDRESS } = this.#options;
    return new Es8311({ chip: "es8311", bus, address }, this.#options, format);
  }
}

/** Everest ES8311: one microphone, one loudspeaker. */
export function es8311(options: Es8311Options): CodecPart {
  return new Es8311Part(frozen(options));
}
