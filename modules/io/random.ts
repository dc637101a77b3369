import RNG from "rng";

/** `byteLength` bytes from the platform's random source. */
export function randomBytes(byteLength: number): Uint8Array {
  return new Uint8Array(RNG.get(byteLength));
}
