import type { I2cChip } from "../device/i2c-buses.ts";

/** What the sensors of the simulator measure; a test may change it. */
export interface ClimateReading {
  temperature: number;
  humidityPercent: number;
}

/** CRC-8 by its definition: a division by x^8 + x^5 + x^4 + 1, bit by bit, of the bytes after eight ones. */
function crc8(bytes: readonly number[]): number {
  const bits = [...bytes, 0].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1));
  for (let at = 0; at < 8; at++) bits[at] = (bits[at] as number) ^ 1;
  for (let at = 0; at + 8 < bits.length; at++) {
    if (!bits[at]) continue;
    for (const tap of [0, 3, 4, 8]) bits[at + tap] = (bits[at + tap] as number) ^ 1;
  }
  return bits.slice(-8).reduce((sum, bit) => sum * 2 + bit, 0);
}

/** An SHT3x: two words with their checksums, once a measurement was asked for. */
export class Sht3xChip implements I2cChip, ClimateReading {
  temperature = 21.5;
  humidityPercent = 45;
  #hasMeasured = false;

  receive([high, low]: Uint8Array): boolean {
    this.#hasMeasured = high === 0x24 && low === 0x00;
    return true;
  }

  give(byteLength: number): Uint8Array | undefined {
    if (!this.#hasMeasured) return undefined;
    const words = [((this.temperature + 45) * 65_535) / 175, (this.humidityPercent * 65_535) / 100];
    const bytes = words.map(Math.round).flatMap((word) => [word >> 8, word & 255, crc8([word >> 8, word & 255])]);
    return Uint8Array.from(bytes.slice(0, byteLength));
  }
}

/** An AHT20: wants to be initialised once, and is read with its state in front. */
export class Aht20Chip implements I2cChip, ClimateReading {
  temperature = 21.5;
  humidityPercent = 45;
  /** It says that it has not finished. */
  isBusy = false;
  isCalibrated = false;

  receive([command]: Uint8Array): boolean {
    if (command === 0xbe) this.isCalibrated = true;
    return true;
  }

  give(byteLength: number): Uint8Array {
    const humidity = Math.min(2 ** 20 - 1, Math.round((this.humidityPercent / 100) * 2 ** 20));
    const temperature = Math.round(((this.temperature + 50) / 200) * 2 ** 20);
    const state = (this.isBusy ? 0x80 : 0) | (this.isCalibrated ? 0x08 : 0);
    const shared = ((humidity & 15) << 4) | (temperature >> 16);
    const bytes = [state, humidity >> 12, (humidity >> 4) & 255, shared, (temperature >> 8) & 255, temperature & 255];
    return Uint8Array.from([...bytes, crc8(bytes)].slice(0, byteLength));
  }
}
