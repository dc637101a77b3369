import { ProtocolError, shown } from "../../protocol/errors.ts";

/** The protocol has about a hundred names, and tools have arguments of their own. */
const MAX_NAMES = 400;

/** No text of the protocol has more; each costs a look. */
const MAX_COLONS = 4000;

const SPACES = " \t\r\n";

/** FNV-1a, 32 bits. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

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
    let colons = 0;
    for (let colon = text.indexOf(":"); colon >= 0; colon = text.indexOf(":", colon + 1)) {
      if (++colons > MAX_COLONS) throw new ProtocolError("json-invalid", "text", `more than ${MAX_COLONS} members`);
      let end = colon - 1;
      while (end > 0 && SPACES.includes(text.charAt(end))) end--;
      if (end > 0 && text.charAt(end) === '"') this.#meet(text.slice(text.lastIndexOf('"', end - 1) + 1, end));
    }
  }

  #meet(name: string): void {
    const hash = hashOf(name);
    const place = this.#hashes.indexOf(hash);
    if (place >= 0 && place < this.#count) return;
    if (this.#count === MAX_NAMES) {
      throw new ProtocolError("json-invalid", "text", `expected no more than ${MAX_NAMES} names, got ${shown(name)}`);
    }
    this.#hashes[this.#count++] = hash;
  }
}
