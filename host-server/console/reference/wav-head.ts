/** Whether bytes begin as a WAV file does. */
export function isWav(bytes: Uint8Array): boolean {
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  return bytes.byteLength > 44 && text(0) === "RIFF" && text(8) === "WAVE";
}
