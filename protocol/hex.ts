/** Bytes as hexadecimal digits in lower case. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** The bytes of hexadecimal digits in any case; undefined when there are not exactly two for each of `byteLength`. */
export function fromHex(text: string, byteLength: number): Uint8Array | undefined {
  if (text.length !== 2 * byteLength || !/^[0-9a-f]*$/i.test(text)) return undefined;
  const bytes = new Uint8Array(byteLength);
  for (let at = 0; at < byteLength; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
