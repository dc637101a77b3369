/** Ids of so many devices, each time the same. */
export function deviceIds(count: number): string[] {
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  return Array.from({ length: count }, (_, n) => `02:00:00:01:${hex(n >> 8)}:${hex(n & 255)}`);
}
