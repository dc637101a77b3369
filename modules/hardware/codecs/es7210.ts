import { frozen } from "../../../protocol/frozen.ts";
import type { Codec, CodecFormat, CodecPart } from "../codec.ts";
import { type ChipAddress, ChipError, hex, type I2cBus, Registers } from "../registers.ts";

const ADDRESS = 0x40;

const RESET = 0x00;
const CLOCKS_OFF = 0x01;
const MAIN_CLOCK = 0x02;
const POWER_DOWN = 0x06;
const OVERSAMPLING = 0x07;
const MODE = 0x08;
const LINE_FORMAT = 0x11;
const LINE_CHANNELS = 0x12;
const ANALOG = 0x40;
const BIAS_12 = 0x41;
const BIAS_34 = 0x42;
const GAIN_1 = 0x43;
const POWER_1 = 0x47;
const POWER_12 = 0x4b;
const POWER_34 = 0x4c;
const CHIP_ID_1 = 0x3d;
const CHIP_ID_2 = 0x3e;

const MICROPHONES = 4;
const ALL_CLOCKS_OFF = 0x7f;

const GAIN_ON = 0x10;
const SAMPLES_16 = 0x60;
/** All four in one frame: 1 and 3 in its first half, 2 and 4 in the second. */
const TDM = 0x02;
const TWO_CHANNELS = 0x00;

/** Above 33 dB the steps are 1.5 dB. */
const FINE_GAINS_DB: readonly number[] = frozen([34.5, 36, 37.5]);

interface Es7210Options {
  readonly bus: I2cBus;
  /** 7 bits; 0x40 when absent. */
  readonly address?: number;
  /** Of the microphones 1, 2 and 4: 0 to 37.5; 30 when absent. */
  readonly microphoneGainDb?: number;
  /** Of input 3, which hears what the speaker plays on boards with that line; 0 when absent. */
  readonly referenceGainDb?: number;
}

/** The register's bits of a gain. */
export function es7210Gain(db: number): number {
  if (db < 33.75) return Math.min(Math.max(Math.round(db / 3), 0), 11);
  let step = 0;
  while (step < FINE_GAINS_DB.length - 1 && db > (FINE_GAINS_DB[step] as number) + 0.75) step++;
  return 12 + step;
}

class Es7210 implements Codec {
  readonly #registers: Registers;
  readonly #options: Es7210Options;
  readonly #isTdm: boolean;

  constructor(address: ChipAddress, options: Es7210Options, format: CodecFormat) {
    this.#registers = new Registers(address);
    this.#options = options;
    this.#isTdm = format.frameBits > 2 * format.bits;
    if (format.bits !== 16) {
      throw new ChipError(
        "chip-wrong",
        `${address.chip} at ${hex(address.address)}: expected 16 bits, got ${format.bits}`,
      );
    }
    this.#registers.expect(CHIP_ID_1, 0x72);
    this.#registers.expect(CHIP_ID_2, 0x10);
    this.#setUp();
  }

  #setUp(): void {
    this.#registers.writeAll([
      [RESET, 0xff],
      [RESET, 0x41],
      [CLOCKS_OFF, 0x3f],
      // How long it takes to wake up, and a high-pass filter against hum.
      [0x09, 0x30],
      [0x0a, 0x30],
      [0x23, 0x2a],
      [0x22, 0x0a],
      [0x20, 0x0a],
      [0x21, 0x2a],
      // The clocks come from outside: 256 for each sample.
      [MODE, 0x00],
      [OVERSAMPLING, 0x20],
      [MAIN_CLOCK, 0xc1],
      [LINE_FORMAT, SAMPLES_16],
      [LINE_CHANNELS, this.#isTdm ? TDM : TWO_CHANNELS],
      [BIAS_12, 0x70],
      [BIAS_34, 0x70],
    ]);
    this.powerInput(false);
  }

  powerInput(isOn: boolean): void {
    if (isOn) this.#wake();
    else this.#rest();
  }

  #gainOf(input: number): number {
    const { microphoneGainDb = 30, referenceGainDb = 0 } = this.#options;
    return es7210Gain(input === 2 ? referenceGainDb : microphoneGainDb);
  }

  #wake(): void {
    const registers = this.#registers;
    registers.writeAll([
      [CLOCKS_OFF, 0x00],
      [POWER_DOWN, 0x00],
      [ANALOG, 0x43],
    ]);
    for (let input = 0; input < MICROPHONES; input++) {
      registers.write(POWER_1 + input, 0x08);
      registers.write(GAIN_1 + input, GAIN_ON | this.#gainOf(input));
    }
    registers.writeAll([
      [POWER_12, 0x00],
      [POWER_34, 0x00],
      // Its state machine begins anew with these settings.
      [RESET, 0x71],
      [RESET, 0x41],
    ]);
  }

  #rest(): void {
    const registers = this.#registers;
    for (let input = 0; input < MICROPHONES; input++) registers.write(POWER_1 + input, 0xff);
    registers.writeAll([
      [POWER_12, 0xff],
      [POWER_34, 0xff],
      [ANALOG, 0xc0],
      [CLOCKS_OFF, ALL_CLOCKS_OFF],
      [POWER_DOWN, 0x07],
    ]);
  }
}

class Es7210Part implements CodecPart {
  readonly #options: Es7210Options;

  constructor(options: Es7210Options) {
    this.#options = options;
  }

  create(format: CodecFormat): Codec {
    const { bus, address = ADDRESS } = this.#options;
    return new Es7210({ chip: "es7210", bus, address }, this.#options, format);
  }
}

/** Everest ES7210: four microphones, of which the third hears the speaker on boards that cancel echo. */
export function es7210(options: Es7210Options): CodecPart {
  return new Es7210Part(frozen(options));
}
