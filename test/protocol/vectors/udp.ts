/** Packets with the header as counter block, made with OpenSSL's AES-128-CTR. */
export const UDP_KEY = "000102030405060708090a0b0c0d0e0f";
export const UDP_NONCE = "01000000123456780000000000000000";
export const UDP_PLAIN = "404142434445464748494a4b4c4d4e4f50515253";

export const UDP_VECTORS: readonly {
  readonly sequence: number;
  readonly timestamp: number;
  readonly header: string;
  readonly cipher: string;
}[] = [
  {
    sequence: 1,
    timestamp: 0,
    header: "01000014123456780000000000000001",
    cipher: "3fc34b9f3557385023ad1a488f9586947bbadf28",
  },
  {
    sequence: 2,
    timestamp: 1234,
    header: "0100001412345678000004d200000002",
    cipher: "2dafd267399688d2cdfd28cf5ffd0b26ed95992a",
  },
];

/** Bytes of a hexadecimal text, on engines without a built-in for it. */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
