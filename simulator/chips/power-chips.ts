import { RegisterChip } from "./register-chip.ts";

const OUTPUTS = { aldo1: 0, aldo2: 1, aldo3: 2, aldo4: 3, bldo1: 4, bldo2: 5, dldo1: 7, dldo2: 8 };

/** An AXP2101. */
export class Axp2101Chip extends RegisterChip {
  constructor() {
    super({ values: { 1: 0x00, 3: 0x4a, 144: 0x01, 146: 13, 164: 50 }, readOnly: [0x00, 0x01, 0x03, 0xa4] });
  }

  /** mV of an output; 0 when it is off. */
  voltage(name: keyof typeof OUTPUTS): number {
    const index = OUTPUTS[name];
    const isOn = index < 8 ? (this.value(0x90) >> index) & 1 : this.value(0x91) & 1;
    return isOn ? 500 + 100 * (this.value(0x92 + index) & 31) : 0;
  }
}

/** An LP5562. */
export class Lp5562Chip extends RegisterChip {
  constructor() {
    super({ values: { 5: 0xaf, 6: 0xaf, 7: 0xaf, 15: 0xaf, 112: 0x39 } });
  }

  /** Of the white output, 0 to 1. */
  get brightness(): number {
    const isOn = (this.value(0x00) & 0x40) !== 0 && (this.value(0x08) & 3) === 1 && (this.value(0x70) & 0xc0) === 0;
    return isOn ? this.value(0x0e) / 255 : 0;
  }
}
