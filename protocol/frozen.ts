/** XS freezes all that is reachable when asked to; elsewhere the second argument is ignored. */
interface DeepFreezing {
  freeze<T>(value: T, deep: boolean): T;
}

/** A constant table. Deeply frozen on a device, so that it stays in flash instead of being copied to RAM. */
export function frozen<const T>(value: T): T {
  // Called as a method: XS's deep freeze looks for `isFrozen` on its receiver.
  return (Object as unknown as DeepFreezing).freeze(value, true);
}
