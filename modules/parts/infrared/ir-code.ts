import { frozen } from "../../../protocol/frozen.ts";

/** What an infrared LED sends for one key. */
export interface IrCode {
  /** Of the flicker while there is light, Hz. */
  readonly carrierHz: number;
  /** µs of light, darkness, light, …; ends with light. */
  readonly durations: readonly number[];
}

const CARRIER_HZ = 38_000;

/** µs. */
const NEC_START = frozen([9000, 4500]);
const NEC_LIGHT = 560;
const NEC_ZERO = 560;
const NEC_ONE = 1690;

/** Lowest bit first. */
function bitsOf(byte: number): number[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bit) => [NEC_LIGHT, (byte >> bit) & 1 ? NEC_ONE : NEC_ZERO]);
}

/**
 * A key of a remote control of the NEC protocol, which most are. An address above 255 is sent as it is (extended NEC),
 * a smaller one with its complement.
 *
 * @param address 0 to 65535
 * @param command 0 to 255
 */
export function nec(address: number, command: number): IrCode {
  const check = address > 255 ? address >> 8 : ~address;
  const bytes = [address & 255, check & 255, command & 255, ~command & 255];
  return frozen({ carrierHz: CARRIER_HZ, durations: [...NEC_START, ...bytes.flatMap(bitsOf), NEC_LIGHT] });
}

/** A recorded key: µs of light, darkness, light, … */
export function rawIr(durations: readonly number[], carrierHz: number = CARRIER_HZ): IrCode {
  return frozen({ carrierHz, durations });
}
