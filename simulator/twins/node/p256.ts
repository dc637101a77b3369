import type { TwinPart } from "./part.ts";

/** P-256 (FIPS 186-5; SEC 2 §2.4.2). Node verifies messages only, the device the hash of one. */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const A = P - 3n;
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];

/** Undefined: the point at infinity. */
type Point = readonly [x: bigint, y: bigint] | undefined;

function modulo(value: bigint, by: bigint): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}

/** By Euclid's algorithm; `by` is a prime. */
function inverse(value: bigint, by: bigint): bigint {
  let [low, high] = [modulo(value, by), by];
  let [x, y] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [x, y] = [y - quotient * x, x];
  }
  return modulo(x, by);
}

function add(p: Point, q: Point): Point {
  if (!p) return q;
  if (!q) return p;
  const [px, py] = p;
  const [qx, qy] = q;
  if (px === qx && modulo(py + qy, P) === 0n) return undefined;
  const slope = px === qx ? (3n * px * px + A) * inverse(2n * py, P) : (qy - py) * inverse(qx - px, P);
  const x = modulo(slope * slope - px - qx, P);
  return [x, modulo(slope * (px - x) - py, P)];
}

function multiply(point: Point, by: bigint): Point {
  let sum: Point;
  let power = point;
  for (let rest = by; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, power);
    power = add(power, power);
  }
  return sum;
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** Whether this is the signature (two numbers of 32 bytes) of a hash by the owner of a key. */
export function verifyP256(digest: Uint8Array, signature: Uint8Array, key: Point): boolean {
  const [r, s] = [number(signature.subarray(0, 32)), number(signature.subarray(32, 64))];
  if (s === 0n) return r === 0n;
  const back = inverse(s, N);
  const point = add(multiply(G, modulo(number(digest) * back, N)), multiply(key, modulo(r * back, N)));
  return point?.[0] === r;
}

/** The Node side of `ecdsa`. */
export function createP256(): TwinPart {
  return {
    calls: {
      "ecdsa.verify": (digest: ArrayBuffer, signature: ArrayBuffer, x: string, y: string) =>
        verifyP256(new Uint8Array(digest), new Uint8Array(signature), [BigInt(`0x${x}`), BigInt(`0x${y}`)]),
    },
    close() {},
  };
}
