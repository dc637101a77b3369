/**
 * Where a device was given a serial number and a key at its making, for servers that sell activation: eFuses and the
 * HMAC peripheral of an ESP32, or a secure element. A board declares it; nothing but signatures leaves it.
 */
export interface SigningChipPart {
  /** 32 printable characters; undefined when this piece was given none. */
  serialNumber(): string | undefined;
  /** HMAC-SHA256 of the challenge (UTF-8) as 64 hexadecimal digits in lower case. */
  sign(challenge: string): string;
}
