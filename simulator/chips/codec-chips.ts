import { RegisterChip } from "./register-chip.ts";

/** An ES8311, and what its registers mean: after its data sheet. */
export class Es8311Chip extends RegisterChip {
  constructor() {
    super({ values: { 0: 0x1f, 253: 0x83, 254: 0x11, 255: 1 }, readOnly: [0xfd, 0xfe, 0xff] });
  }

  /** The rate at which its converters work, of the clock at its pin and that of the line, in Hz. */
  sampleRate(mclk: number | undefined, bclk: number): number {
    const source = this.value(0x01) & 0x80 ? bclk : (mclk ?? 0);
    const divider = (this.value(0x02) >> 5) + 1;
    const multiplier = 2 ** ((this.value(0x02) >> 3) & 3);
    const adcDivider = (this.value(0x05) >> 4) + 1;
    // 16 clocks for each step of oversampling.
    return (source * multiplier) / divider / adcDivider / (16 * (this.value(0x03) & 0x3f));
  }

  get isListening(): boolean {
    return (this.value(0x0a) & 0x40) === 0 && this.value(0x0d) === 1 && (this.value(0x14) & 0x10) !== 0;
  }

  get isPlaying(): boolean {
    const isPowered = this.value(0x0d) === 1 && this.value(0x12) === 0;
    return isPowered && (this.value(0x09) & 0x40) === 0 && (this.value(0x31) & 0x60) === 0;
  }

  get volumeDb(): number {
    return this.value(0x32) === 0 ? Number.NEGATIVE_INFINITY : this.value(0x32) / 2 - 95.5;
  }

  get microphoneGainDb(): number {
    return 6 * (this.value(0x16) & 7);
  }

  /** Of a sample on its lines. */
  get bits(): number | undefined {
    return [24, 20, 18, 16, 32][(this.value(0x09) >> 2) & 7];
  }

  get hasReference(): boolean {
    return (this.value(0x44) & 0x50) === 0x50;
  }
}

/** An ES8388; it has no register that identifies it. */
export class Es8388Chip extends RegisterChip {
  constructor() {
    super({ values: { 0: 0x06, 1: 0x1c, 2: 0xc3, 3: 0xfc, 4: 0xc0 } });
  }

  get isListening(): boolean {
    return (this.value(0x03) & 0xf0) === 0 && this.value(0x2b) === 0x80 && this.value(0x02) === 0;
  }

  get isPlaying(): boolean {
    const isPowered = (this.value(0x04) & 0xc0) === 0 && this.value(0x2b) === 0x80 && this.value(0x02) === 0;
    return isPowered && (this.value(0x19) & 0x04) === 0;
  }

  get volumeDb(): number {
    return -this.value(0x1a) / 2;
  }

  get microphoneGainDb(): number {
    return 3 * (this.value(0x09) >> 4);
  }

  /** Clocks for each sample, of both converters. */
  get ratios(): (number | undefined)[] {
    const table = [128, 192, 256, 384, 512];
    return [table[this.value(0x0d) & 31], table[this.value(0x18) & 31]];
  }
}

/** An ES7210. */
export class Es7210Chip extends RegisterChip {
  constructor() {
    super({ values: { 61: 0x72, 62: 0x10 }, readOnly: [0x3d, 0x3e, 0x3f] });
  }

  get isListening(): boolean {
    const isPowered = this.value(0x06) === 0 && this.value(0x4b) === 0 && this.value(0x4c) === 0;
    return isPowered && this.value(0x01) === 0 && this.value(0x00) === 0x41;
  }

  get isTdm(): boolean {
    return (this.value(0x12) & 3) === 2;
  }

  /** dB, of the four inputs; undefined for one that is off. */
  get gainsDb(): (number | undefined)[] {
    const fine = [34.5, 36, 37.5];
    return [0x43, 0x44, 0x45, 0x46].map((register) => {
      const value = this.value(register);
      const step = value & 15;
      if (!(value & 0x10)) return undefined;
      return step < 12 ? 3 * step : fine[step - 12];
    });
  }
}

/** An AW88298. */
export class Aw88298Chip extends RegisterChip {
  constructor() {
    super({ values: { 0: 0x1852, 4: 0x4043 }, readOnly: [0, 1], bytes: 2 });
  }

  get isPlaying(): boolean {
    return (this.value(0x04) & 0x43) === 0x40 && (this.value(0x05) & 0x10) === 0;
  }

  get volumeDb(): number {
    const volume = this.value(0x0c) >> 8;
    return -6 * (volume >> 4) - (volume & 15) / 2;
  }

  /** Hz. */
  get sampleRate(): number | undefined {
    return [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000][this.value(0x06) & 15];
  }

  /** Of the bit clock in a frame. */
  get frameBits(): number | undefined {
    return [32, 48, 64][(this.value(0x06) >> 4) & 3];
  }
}
