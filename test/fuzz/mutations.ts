import fc from "fast-check";
import { isObject } from "../../protocol/json.ts";
import type { Random } from "../../simulator/random.ts";
import { bytesOfText, type InputForm, packed, pieces, textOf } from "./target.ts";

const MAX_BYTES = 64 * 1024;
const MAX_CHANGES = 4;

/** Numbers at the ends of what fields hold. */
const EDGES: readonly (readonly number[])[] = [
  [0],
  [255],
  [127],
  [128],
  [0, 0],
  [255, 255],
  [127, 255],
  [128, 0],
  [255, 255, 255, 255],
  [127, 255, 255, 255],
  [128, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0],
];

/** Values that programs stumble over. */
const VALUES: readonly unknown[] = [
  null,
  "",
  0,
  -1,
  1.5,
  1e308,
  2 ** 31,
  2 ** 53,
  true,
  [],
  {},
  [[]],
  "__proto__",
  "constructor",
  "\u0000",
  "\ud800",
  "../../etc/passwd",
  "x".repeat(5_000),
  { toString: 1 },
  { valueOf: 1, toString: 1 },
  ...fc.sample(fc.jsonValue(), { seed: 1, numRuns: 60 }),
];

/** Stands for a value that is put into the text as it is written, for `JSON.stringify` would write it otherwise. */
const AS_WRITTEN = "as written: ";
const DEEP = 10_000;
const WRITTEN: readonly string[] = [
  "1e999",
  "-1e999",
  "-0",
  '{"__proto__":{"toString":1,"length":-1}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{"toString":1}}}',
  '{"valueOf":1,"toString":1,"toJSON":1,"then":1}',
  '{"length":4294967295,"0":1}',
  '"\\udc00\\ud800"',
  "[".repeat(DEEP) + "]".repeat(DEEP),
  `${'{"a":'.repeat(DEEP / 2)}0${"}".repeat(DEEP / 2)}`,
];

/** Pieces of addresses and heads that programs stumble over. */
const WORDS: readonly Uint8Array[] = [
  "//",
  "http://[",
  "/%",
  "%ff%00",
  "\r\n",
  "\0",
  "..",
  "?=&",
  "💥",
  "-1",
  "1e9",
].map(bytesOfText);

type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

function replaced(bytes: Uint8Array, at: number, count: number, part: Uint8Array | readonly number[]): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(part), bytes.subarray(at + count)]);
}

const CHANGES: readonly Change[] = [
  // A bit, a byte, a number at the end of its range.
  (bytes, random) => {
    const changed = Uint8Array.from(bytes);
    const at = random.below(bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    return changed;
  },
  (bytes, random) => replaced(bytes, random.below(bytes.length), 1, random.bytes(1)),
  (bytes, random) => {
    const edge = EDGES[random.below(EDGES.length)] ?? [0];
    return replaced(bytes, random.below(bytes.length), edge.length, edge);
  },
  // Cut, left out, doubled, put in.
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => replaced(bytes, random.below(bytes.length), 1 + random.below(16), []),
  (bytes, random) => {
    const from = random.below(bytes.length);
    return replaced(bytes, random.below(bytes.length), 0, bytes.subarray(from, from + 1 + random.below(64)));
  },
  (bytes, random) => replaced(bytes, random.below(bytes.length + 1), 0, random.bytes(1 + random.below(8))),
  (bytes, random) => {
    const word = WORDS[random.below(WORDS.length)] ?? [];
    return replaced(bytes, random.below(bytes.length + 1), random.below(2) * random.below(24), word);
  },
];

/** Every place of a JSON value, as how to put something else there. */
function places(value: unknown, put: (value: unknown) => void, found: ((value: unknown) => void)[]): void {
  found.push(put);
  if (Array.isArray(value)) {
    value.forEach((item, at) => {
      places(item, (other) => value.splice(at, 1, other), found);
    });
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      places(item, (other) => Object.defineProperty(value, key, { value: other, enumerable: true }), found);
      found.push(() => delete value[key]);
    }
  }
}

/** The text with another value in one place of the JSON that it ends with; undefined where it is none. */
function changedJson(bytes: Uint8Array, random: Random): Uint8Array | undefined {
  const text = textOf(bytes);
  const start = text.search(/[{[]/);
  if (start < 0) return undefined;
  const isWritten = random.below(6) === 0;
  const other = isWritten ? AS_WRITTEN : structuredClone(VALUES[random.below(VALUES.length)]);
  let json: string;
  try {
    json = withOther(JSON.parse(text.slice(start)), other, random);
  } catch {
    // No JSON, or nested too deep to look into.
    return undefined;
  }
  const written = WRITTEN[random.below(WRITTEN.length)] ?? "";
  return bytesOfText(text.slice(0, start) + (isWritten ? json.replace(`"${AS_WRITTEN}"`, () => written) : json));
}

/** @throws RangeError when it is nested too deep */
function withOther(from: unknown, other: unknown, random: Random): string {
  let value = from;
  const found: ((value: unknown) => void)[] = [];
  places(value, (root) => (value = root), found);
  found[random.below(found.length)]?.(other);
  return JSON.stringify(value) ?? "";
}

function changed(bytes: Uint8Array, random: Random, isText: boolean): Uint8Array {
  const json = isText && random.below(3) > 0 ? changedJson(bytes, random) : undefined;
  const change = CHANGES[random.below(CHANGES.length)] as Change;
  return json ?? (bytes.length > 0 ? change(bytes, random) : random.bytes(1 + random.below(32)));
}

/** The input with one of its pieces changed, left out, doubled or in another place. */
function changedPieces(bytes: Uint8Array, random: Random): Uint8Array {
  const parts = pieces(bytes);
  const at = random.below(parts.length);
  const [part] = parts.splice(at, 1);
  if (!part) return changed(bytes, random, false);
  const what = random.below(8);
  if (what === 0) return packed(...parts);
  const put = what === 1 ? part : changed(part, random, true);
  parts.splice(what === 1 ? random.below(parts.length + 1) : at, 0, put);
  if (what === 2) parts.splice(random.below(parts.length + 1), 0, part);
  return packed(...parts);
}

/** One input made of others. `pool` is not empty. */
export function mutated(pool: readonly Uint8Array[], random: Random, form: InputForm): Uint8Array {
  const pick = () => pool[random.below(pool.length)] as Uint8Array;
  let bytes = pick();
  if (random.below(10) === 0) {
    const other = pick();
    const at = form === "pieces" ? 0 : random.below(other.length + 1);
    const end = form === "pieces" ? bytes.length : random.below(bytes.length + 1);
    bytes = Buffer.concat([bytes.subarray(0, end), other.subarray(at)]);
  }
  for (let left = 1 + random.below(MAX_CHANGES); left > 0; left--) {
    const isWhole = form !== "pieces" || random.below(8) === 0;
    bytes = isWhole ? changed(bytes, random, form === "text") : changedPieces(bytes, random);
  }
  return bytes.length > MAX_BYTES ? bytes.subarray(0, MAX_BYTES) : bytes;
}
