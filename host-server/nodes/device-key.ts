/** A device's id in one form, however it was written: `AA-BB_cc` and `aabbcc` are the same. */
export function deviceKey(deviceId: string): string {
  return deviceId.toLowerCase().replaceAll(/[_:-]/g, "");
}

/** A number from 0 to 2³² - 1 that looks random, and is the same for the same text (FNV-1a, mixed as in MurmurHash 3). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
