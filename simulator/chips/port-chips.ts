import { RegisterChip } from "./register-chip.ts";

/** The registers of an expander's ports. */
interface Ports {
  readonly output: number;
  readonly direction: number;
  /** A bit of the direction that is 1 means an output; otherwise an input. */
  readonly outputIsOne: boolean;
}

/** An I/O expander: its pins are what it drives them to, or high by their pull resistors. */
class PortChip extends RegisterChip {
  readonly #ports: Ports;

  constructor(ports: Ports, options: ConstructorParameters<typeof RegisterChip>[0]) {
    super(options);
    this.#ports = ports;
  }

  /** What it drives a pin to; undefined for an input. */
  driven(pin: number): 0 | 1 | undefined {
    const port = pin >> 3;
    const bit = pin & 7;
    const direction = (this.value(this.#ports.direction + port) >> bit) & 1;
    if ((direction === 1) !== this.#ports.outputIsOne) return undefined;
    return ((this.value(this.#ports.output + port) >> bit) & 1) as 0 | 1;
  }
}

/** A PCA9557 or TCA9554. */
export class PortExpanderChip extends PortChip {
  constructor() {
    super({ output: 0x01, direction: 0x03, outputIsOne: false }, { values: { 1: 0xff, 3: 0xff }, readOnly: [0x00] });
  }
}

/** A PI4IOE5V6408. */
export class Pi4ioeChip extends PortChip {
  constructor() {
    const values = { 1: 0xa2, 7: 0xff, 9: 0x00, 11: 0xff, 13: 0x00 };
    super({ output: 0x05, direction: 0x03, outputIsOne: true }, { values, readOnly: [0x0f] });
  }

  override driven(pin: number): 0 | 1 | undefined {
    return (this.value(0x07) >> pin) & 1 ? undefined : super.driven(pin);
  }
}

/** An AW9523B. */
export class Aw9523Chip extends PortChip {
  constructor() {
    super(
      { output: 0x02, direction: 0x04, outputIsOne: false },
      { values: { 16: 0x23 }, readOnly: [0x00, 0x01, 0x10] },
    );
  }

  override driven(pin: number): 0 | 1 | undefined {
    // A pin in the mode for lights is none; without push-pull, port 0 only pulls down.
    if (!((this.value(0x12 + (pin >> 3)) >> (pin & 7)) & 1)) return undefined;
    const level = super.driven(pin);
    return pin < 8 && level === 1 && !(this.value(0x11) & 0x10) ? undefined : level;
  }
}
