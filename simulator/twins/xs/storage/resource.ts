/** Of the simulator's native part: `simulator/native/engine/resources.c`. */
declare const native: (name: string) => (this: unknown, ...args: unknown[]) => never;
declare const Native: (name: string) => new () => object;

/** Twin of `Resource`: a file that the manifest lists under `data`, as read-only bytes outside the heap. */
export default class Resource extends Native("Resource_destructor") {
  constructor(path: string) {
    super();
    native("Resource_constructor").call(this, path);
  }

  static exists(path: string): boolean {
    return native("Resource_exists").call(undefined, path);
  }

  get byteLength(): number {
    return native("Resource_get_byteLength").call(this);
  }

  /** Bytes from `begin` to `end`; without `copy` they stay where the file lies. */
  slice(begin?: number, end?: number, copy = true): ArrayBuffer {
    return native("Resource_slice").call(this, begin ?? 0, end ?? this.byteLength, copy);
  }
}
