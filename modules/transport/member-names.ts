import { ProtocolError, shown } from "../../protocol/errors.ts";

/** The protocol has about a hundred names, and tools have arguments of their own. */
const MAX_NAMES = 400;

/** No text of the protocol has more; each costs a look. */
const MAX_COLONS = 4000;

const COLON = 58;
const QUOTE = 34;
/** Space, tab, and the ends of lines. */
const SPACES = Object.freeze([32, 9, 10, 13]);

/**
 * The names of members that a program has met in JSON. XS keeps every name for as long as it runs, so a peer that sends
 * ever new ones would fill a device's memory: beyond a limit, texts with new names are refused, and all others are still
 * understood.
 */
export class MemberNames {
  readonly #hashes = new Uint32Array(MAX_NAMES);
  #count = 0;

  /**
   * For a text before it is parsed. What looks like a name inside of a string counts as well.
   *
   * @throws ProtocolError `json-invalid`, naming the first name that is too much
   */
  check(text: string): void {
    // To find a place in a text, XS counts its characters from the beginning: with thousands of names that takes seconds.
    const bytes = new Uint8Array(ArrayBuffer.fromString(text));
    let colons = 0;
    for (let colon = bytes.indexOf(COLON); colon >= 0; colon = bytes.indexOf(COLON, colon + 1)) {
      if (++colons > MAX_COLONS) throw new ProtocolError("json-invalid", "text", `more than ${MAX_COLONS} members`);
      let end = colon - 1;
      while (end > 0 && SPACES.includes(bytes[end] as number)) end--;
      if (end > 0 && bytes[end] === QUOTE) this.#meet(bytes, bytes.lastIndexOf(QUOTE, end - 1) + 1, end);
    }
  }

  #meet(bytes: Uint8Array, from: number, end: number): void {
    const hash = hashOf(bytes, from, end);
    const place = this.#hashes.indexOf(hash);
    if (place >= 0 && place < this.#count) return;
    if (this.#count === MAX_NAMES) {
      const name = shown(String.fromArrayBuffer(bytes.slice(from, end).buffer));
      throw new ProtocolError("json-invalid", "text", `expected no more than ${MAX_NAMES} names, got ${name}`);
    }
    this.#hashes[this.#count++] = hash;
  }
}

/** FNV-1a, 32 bits, of the bytes of a name. */
function hashOf(bytes: Uint8Array, from: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash >>> 0;
}
