import { frozen } from "../../../protocol/frozen.ts";
import type { Codec, CodecFormat, CodecPart } from "../codec.ts";
import { type ChipAddress, ChipError, hex, type I2cBus, Registers } from "../registers.ts";

const ADDRESS = 0x10;

const CONTROL_1 = 0x00;
const CONTROL_2 = 0x01;
const CHIP_POWER = 0x02;
const ADC_POWER = 0x03;
const DAC_POWER = 0x04;
const MASTER_MODE = 0x08;
const ADC_GAIN = 0x09;
const ADC_INPUT = 0x0a;
const ADC_MONO = 0x0b;
const ADC_FORMAT = 0x0c;
const ADC_RATE = 0x0d;
const ADC_VOLUME_LEFT = 0x10;
const ADC_VOLUME_RIGHT = 0x11;
const DAC_FORMAT = 0x17;
const DAC_RATE = 0x18;
const DAC_MUTE = 0x19;
const DAC_VOLUME_LEFT = 0x1a;
const DAC_VOLUME_RIGHT = 0x1b;
const MIXER_LEFT = 0x27;
const MIXER_RIGHT = 0x2a;
const CLOCKS = 0x2b;
const OUTPUT_1_LEFT = 0x2e;
const OUTPUT_1_RIGHT = 0x2f;
const OUTPUT_2_LEFT = 0x30;
const OUTPUT_2_RIGHT = 0x31;

const MUTED = 0x04;

/** 256 clocks for each sample, in single speed. */
const RATIO_256 = 0x02;

/** I2S with 16 bits. */
const ADC_16_BITS = 0x0c;
const DAC_16_BITS = 0x18;

/** 0 dB of the analog outputs, which go from -45 dB in steps of 1.5. */
const OUTPUT_0_DB = 0x1e;

/** Half decibels below full. */
const LEAST_HALF_DB = 192;

const GAIN_STEP_DB = 3;
const MAX_GAIN_STEPS = 8;

interface Es8388Options {
  readonly bus: I2cBus;
  /** 7 bits; 0x10 when absent. */
  readonly address?: number;
  /** 0 to 24, in steps of 3; 24 when absent. */
  readonly microphoneGainDb?: number;
  /** Which of the two microphone inputs; 1 when absent. */
  readonly microphone?: 1 | 2;
}

/** The volume registers count half decibels down from full. */
export function es8388Volume(percent: number): number {
  if (percent <= 0) return LEAST_HALF_DB;
  return Math.min(LEAST_HALF_DB, Math.round(-80 * Math.log10(Math.min(percent, 100) / 100)));
}

class Es8388 implements Codec {
  readonly #registers: Registers;
  readonly #options: Es8388Options;
  #volume = 0;
  #isInputOn = false;
  #isOutputOn = false;

  constructor(address: ChipAddress, options: Es8388Options, format: CodecFormat) {
    const where = `${address.chip} at ${hex(address.address)}`;
    if (!format.hasMclk)
      throw new ChipError("chip-wrong", `${where}: expected a clock of its own (pin mclk), got none`);
    if (format.bits !== 16) throw new ChipError("chip-wrong", `${where}: expected 16 bits, got ${format.bits}`);
    this.#registers = new Registers(address);
    this.#options = options;
    this.#setUp();
  }

  /** It has no register that identifies it: that it answers must do. */
  #setUp(): void {
    const { microphoneGainDb = 24, microphone = 1 } = this.#options;
    const gain = Math.min(Math.max(Math.round(microphoneGainDb / GAIN_STEP_DB), 0), MAX_GAIN_STEPS);
    this.#registers.writeAll([
      [DAC_MUTE, MUTED],
      [CONTROL_2, 0x50],
      [CHIP_POWER, 0x00],
      // Its clock multiplier is off, which low sample rates need.
      [0x35, 0xa0],
      [0x37, 0xd0],
      [0x39, 0xd0],
      [MASTER_MODE, 0x00],
      [DAC_POWER, 0xc0],
      [CONTROL_1, 0x12],
      [DAC_FORMAT, DAC_16_BITS],
      [DAC_RATE, RATIO_256],
      [MIXER_LEFT, 0x90],
      [MIXER_RIGHT, 0x90],
      // Both converters share one word clock.
      [CLOCKS, 0x80],
      [OUTPUT_1_LEFT, OUTPUT_0_DB],
      [OUTPUT_1_RIGHT, OUTPUT_0_DB],
      [OUTPUT_2_LEFT, OUTPUT_0_DB],
      [OUTPUT_2_RIGHT, OUTPUT_0_DB],
      [ADC_POWER, 0xff],
      [ADC_GAIN, (gain << 4) | gain],
      [ADC_INPUT, microphone === 1 ? 0x00 : 0x50],
      [ADC_MONO, 0x02],
      [ADC_FORMAT, ADC_16_BITS],
      [ADC_RATE, RATIO_256],
      [ADC_VOLUME_LEFT, 0x00],
      [ADC_VOLUME_RIGHT, 0x00],
    ]);
  }

  powerInput(isOn: boolean): void {
    this.#isInputOn = isOn;
    this.#applyClocks();
    this.#registers.write(ADC_POWER, isOn ? 0x09 : 0xff);
  }

  powerOutput(isOn: boolean): void {
    this.#isOutputOn = isOn;
    if (!isOn) this.#registers.write(DAC_MUTE, MUTED);
    this.#applyClocks();
    this.#registers.write(DAC_POWER, isOn ? 0x3c : 0xc0);
    if (isOn) this.#applyVolume();
  }

  /** With nothing in use its clocks and its analog parts rest; waking, its state machine begins anew. */
  #applyClocks(): void {
    const isOn = this.#isInputOn || this.#isOutputOn;
    const clocks = isOn ? 0x80 : 0x9c;
    if (this.#registers.read(CLOCKS) === clocks) return;
    this.#registers.write(CLOCKS, clocks);
    if (isOn)
      this.#registers.writeAll([
        [CHIP_POWER, 0xf0],
        [CHIP_POWER, 0x00],
      ]);
  }

  setVolume(percent: number): void {
    this.#volume = percent;
    if (this.#isOutputOn) this.#applyVolume();
  }

  #applyVolume(): void {
    const volume = es8388Volume(this.#volume);
    this.#registers.writeAll([
      [DAC_VOLUME_LEFT, volume],
      [DAC_VOLUME_RIGHT, volume],
      [DAC_MUTE, this.#volume > 0 ? 0 : MUTED],
    ]);
  }
}

class Es8388Part implements CodecPart {
  readonly #options: Es8388Options;

  constructor(options: Es8388Options) {
    this.#options = options;
  }

  create(format: CodecFormat): Codec {
    const { bus, address = ADDRESS } = this.#options;
    return new Es8388({ chip: "es8388", bus, address }, this.#options, format);
  }
}

/** Everest ES8388: two microphones, two loudspeakers; it wants a clock of its own. */
export function es8388(options: Es8388Options): CodecPart {
  return new Es8388Part(frozen(options));
}
