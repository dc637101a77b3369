/**
 * A copy that can be written as JSON. `JSON.stringify` of XS marks the objects it is in to find cycles, so it refuses
 * constants of preloaded modules, which lie in flash, with "read only value".
 */
export function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy: { [member: string]: unknown } = {};
  for (const [member, content] of Object.entries(value)) copy[member] = copied(content);
  return copy as T;
}
