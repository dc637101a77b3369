const SIGNATURES: readonly (readonly [type: string, ...bytes: readonly number[]])[] = [
  ["image/jpeg", 0xff, 0xd8, 0xff],
  ["image/png", 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ["image/gif", 0x47, 0x49, 0x46, 0x38],
  ["image/bmp", 0x42, 0x4d],
  ["image/tiff", 0x49, 0x49, 0x2a, 0x00],
  ["image/tiff", 0x4d, 0x4d, 0x00, 0x2a],
  // The beginning of WebP, and of sound files, which no model takes.
  ["image/webp", 0x52, 0x49, 0x46, 0x46],
];

/** What a picture is, by its first bytes: devices say anything; undefined for what is none. */
export function imageType(bytes: Uint8Array): string | undefined {
  return SIGNATURES.find(([, ...signature]) => signature.every((byte, at) => bytes[at] === byte))?.[0];
}
