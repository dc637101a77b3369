/** Control packet types (MQTT 3.1.1, section 2.2.1). */
export const OPERATIONS = Object.freeze({
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
});

type Text = string | ArrayBuffer | undefined;

export interface Will {
  topic: Text;
  message: Text;
  QoS?: number;
  retain?: boolean;
}

export interface Login {
  id: Text;
  user: Text;
  password: Text;
  will: Will | undefined;
  clean: boolean;
  keepAliveSeconds: number;
}

/** A packet as it goes out: the type and flags of its first byte, and what follows the length. */
export function packet(first: number, parts: readonly (readonly number[])[], extraBytes = 0): Uint8Array {
  const body = parts.flat();
  return Uint8Array.from([first, ...remainingLength(body.length + extraBytes), ...body]);
}

/** Section 2.2.3: seven bits a byte, the least significant first. */
function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let left = length;
  do {
    const digit = left & 0x7f;
    left >>>= 7;
    bytes.push(left > 0 ? digit | 0x80 : digit);
  } while (left > 0);
  return bytes;
}

export function twoBytes(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

/** A text with its length in front; nothing for a text that is absent. */
export function lengthAndText(text: Text): number[] {
  if (text === undefined) return [];
  const bytes = new Uint8Array(typeof text === "string" ? ArrayBuffer.fromString(text) : text);
  return [...twoBytes(bytes.byteLength), ...bytes];
}

/** Section 3.1. The SDK leaves the will's flag out unless it has a topic and a message. */
export function connectPacket({ id, user, password, will, clean, keepAliveSeconds }: Login): Uint8Array {
  let flags = clean ? 2 : 0;
  if (user !== undefined) flags |= 0x80;
  if (password !== undefined) flags |= 0x40;
  if (will) flags |= 0x04 | (will.retain ? 0x20 : 0) | (((will.QoS ?? 0) & 3) << 3);
  return packet(OPERATIONS.CONNECT << 4, [
    lengthAndText("MQTT"),
    [4, flags, ...twoBytes(keepAliveSeconds)],
    lengthAndText(id),
    lengthAndText(will?.topic),
    lengthAndText(will?.message),
    lengthAndText(user),
    lengthAndText(password),
  ]);
}

/** Packets of the server that begin with an id. */
export function hasId(operation: number): boolean {
  return (operation >= OPERATIONS.PUBACK && operation <= OPERATIONS.PUBCOMP) || operation === 9 || operation === 11;
}

/** Where the body begins and how long it is; false while bytes are missing; undefined when there are too many digits. */
export function fixedHead(bytes: readonly number[]): { at: number; length: number } | false | undefined {
  let length = 0;
  for (let at = 1; at < Math.min(bytes.length, 5); at++) {
    const digit = bytes[at] as number;
    length += (digit & 0x7f) << (7 * (at - 1));
    if (digit < 0x80) return { at: at + 1, length };
  }
  return bytes.length >= 5 ? undefined : false;
}
