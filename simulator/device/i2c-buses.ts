/** A chip on an I2C bus, as its bus sees it. */
export interface I2cChip {
  /** Bytes written to it; false when it does not acknowledge. */
  receive(bytes: Uint8Array): boolean;
  /** What it gives when it is read; undefined when it does not acknowledge. */
  give(byteLength: number): Uint8Array | undefined;
}

/** The chips of a device by their address, whichever pins lead to them. */
export class I2cBuses {
  readonly #chips = new Map<number, I2cChip>();

  constructor(chips: Iterable<readonly [address: number, chip: I2cChip]> = []) {
    for (const [address, chip] of chips) this.attach(address, chip);
  }

  attach(address: number, chip: I2cChip): void {
    this.#chips.set(address, chip);
  }

  detach(address: number): void {
    this.#chips.delete(address);
  }

  chipAt(address: number): I2cChip | undefined {
    return this.#chips.get(address);
  }
}
