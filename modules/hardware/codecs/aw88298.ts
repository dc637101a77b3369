import { frozen } from "../../../protocol/frozen.ts";
import type { Codec, CodecFormat, CodecPart } from "../codec.ts";
import { type ChipAddress, ChipError, hex, type I2cBus, Registers } from "../registers.ts";

const ADDRESS = 0x36;

/** Registers have two bytes. */
const CHIP_ID = 0x00;
const SYSTEM = 0x04;
const SYSTEM_2 = 0x05;
const LINE = 0x06;
const VOLUME = 0x0c;
const BOOST = 0x61;

const CHIP = 0x1852;

/** The line's receiver is on and its clock comes from the bit clock. */
const SYSTEM_ON = 0x4040;
const AMPLIFIER_OFF = 0x0002;
const POWER_DOWN = 0x0001;

/** Current limit of the converter. */
const LIMIT = 0x0008;
const HARD_MUTE = 0x0010;

const BOOST_OFF = 0x0673;

/** Standard I2S; both channels are mixed. */
const STANDARD_LINE = 0x1400;

/** The hold threshold beside the volume, as after a reset. */
const VOLUME_REST = 0x64;

/** Half decibels below full that a volume of 0 gets: the chip's least. */
const LEAST_HALF_DB = 180;

/** Their places are the codes. */
const SAMPLE_RATES: readonly number[] = frozen([8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000]);
const SAMPLE_BITS: readonly number[] = frozen([16, 20, 24, 32]);
const FRAME_BITS: readonly number[] = frozen([32, 48, 64]);

interface Aw88298Options {
  readonly bus: I2cBus;
  /** 7 bits; 0x36 when absent. */
  readonly address?: number;
}

/** The upper byte of the volume register: 6 dB in its upper half, half decibels in the lower one. */
export function aw88298Volume(percent: number): number {
  const halfDb = percent <= 0 ? LEAST_HALF_DB : Math.round(-80 * Math.log10(Math.min(percent, 100) / 100));
  return (Math.floor(halfDb / 12) << 4) | (halfDb % 12);
}

function codeOf(list: readonly number[], value: number, what: string): number {
  const code = list.indexOf(value);
  if (code < 0) throw new ChipError("chip-wrong", `aw88298: expected ${what} of ${list.join(", ")}, got ${value}`);
  return code;
}

class Aw88298 implements Codec {
  readonly #registers: Registers;
  #volume = 0;
  #isOn = false;

  constructor(address: ChipAddress, { sampleRate, bits, frameBits }: CodecFormat) {
    const line =
      STANDARD_LINE |
      (codeOf(SAMPLE_BITS, bits, "sample bits") << 6) |
      (codeOf(FRAME_BITS, frameBits, "frame bits") << 4) |
      codeOf(SAMPLE_RATES, sampleRate, "a sample rate");
    this.#registers = new Registers(address);
    const chip = this.#registers.read16(CHIP_ID);
    if (chip !== CHIP) {
      const where = `${address.chip} at ${hex(address.address)}`;
      throw new ChipError(
        "chip-wrong",
        `${where}: register 0x00 identifies it: expected ${hex(CHIP)}, got ${hex(chip)}`,
      );
    }
    this.#registers.write16(SYSTEM, SYSTEM_ON | AMPLIFIER_OFF | POWER_DOWN);
    this.#registers.write16(SYSTEM_2, LIMIT | HARD_MUTE);
    this.#registers.write16(BOOST, BOOST_OFF);
    this.#registers.write16(LINE, line);
  }

  /** Its clock is the bit clock, which must run when it is switched on. */
  powerOutput(isOn: boolean): void {
    this.#isOn = isOn;
    if (isOn) {
      this.#registers.write16(SYSTEM, SYSTEM_ON);
      this.#applyVolume();
    } else {
      this.#registers.write16(SYSTEM_2, LIMIT | HARD_MUTE);
      this.#registers.write16(SYSTEM, SYSTEM_ON | AMPLIFIER_OFF | POWER_DOWN);
    }
  }

  setVolume(percent: number): void {
    this.#volume = percent;
    if (this.#isOn) this.#applyVolume();
  }

  #applyVolume(): void {
    this.#registers.write16(VOLUME, (aw88298Volume(this.#volume) << 8) | VOLUME_REST);
    this.#registers.write16(SYSTEM_2, this.#volume > 0 ? LIMIT : LIMIT | HARD_MUTE);
  }
}

class Aw88298Part implements CodecPart {
  readonly #options: Aw88298Options;

  constructor(options: Aw88298Options) {
    this.#options = options;
  }

  create(format: CodecFormat): Codec {
    const { bus, address = ADDRESS } = this.#options;
    return new Aw88298({ chip: "aw88298", bus, address }, format);
  }
}

/** Awinic AW88298: an amplifier with digital input. */
export function aw88298(options: Aw88298Options): CodecPart {
  return new Aw88298Part(frozen(options));
}
