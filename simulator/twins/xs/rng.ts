import { call } from "host";

/** Twin of the SDK's `rng`: the numbers come from the device's seed. */
const RNG = {
  /** `count` random bytes. */
  get(count: number): ArrayBuffer {
    return call("rng.get", count | 0);
  },
  /** The SDK mixes `seed` into its state; here the device's own seed stays in force, so that a run can be repeated. */
  init(_seed?: ArrayBuffer): void {},
};

export default Object.freeze(RNG);
