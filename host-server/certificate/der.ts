/** The few values of DER (ITU-T X.690) that a certificate consists of. */
function value(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Uint8Array.of(tag, ...length), content]);
}

/** A base-128 number of an object identifier, most significant group first. */
function groups(number: number): number[] {
  const rest = number >> 7;
  return [...(rest > 0 ? groups(rest).map((group) => group | 0x80) : []), number & 0x7f];
}

export const der = {
  sequence: (...parts: Uint8Array[]) => value(0x30, ...parts),
  set: (...parts: Uint8Array[]) => value(0x31, ...parts),
  integer: (number: number) => value(0x02, Uint8Array.of(number & 0x7f)),
  boolean: (yes: boolean) => value(0x01, Uint8Array.of(yes ? 0xff : 0)),
  oid: (text: string) => {
    const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
    return value(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(groups)]));
  },
  text: (text: string) => value(0x0c, Buffer.from(text)),
  bytes: (content: Uint8Array) => value(0x04, content),
  bits: (content: Uint8Array) => value(0x03, Uint8Array.of(0), content),
  /** Years to 2049 have two digits (RFC 5280 §4.1.2.5.1). */
  time: (date: Date) => {
    const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
    const isShort = date.getUTCFullYear() < 2050;
    return value(isShort ? 0x17 : 0x18, Buffer.from(isShort ? digits.slice(2) : digits));
  },
  /** A value with a number in place of its type. */
  tagged: (number: number, content: Uint8Array) => value(0xa0 | number, content),
  /** The same for a value without parts. */
  implicit: (number: number, content: Uint8Array) => value(0x80 | number, content),
};
