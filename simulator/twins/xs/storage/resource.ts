import resources from "simulator/resources";

/** Twin of `Resource`: a file that the manifest lists under `data`, as read-only bytes. */
export default class Resource extends ArrayBuffer {
  constructor(path: string) {
    const digits = resources[path];
    if (digits === undefined) throw new URIError(`Resource not found: ${path}`);
    super(digits.length / 2);
    const bytes = new Uint8Array(this);
    for (let at = 0; at < bytes.byteLength; at++) bytes[at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  }

  static exists(path: string): boolean {
    return Object.hasOwn(resources, path);
  }

  override slice(begin = 0, end = this.byteLength): ArrayBuffer {
    return new Uint8Array(this).slice(begin, end).buffer as ArrayBuffer;
  }
}
