/** The parts of the package that are used; it declares no types. */
declare module "tar-stream" {
  import type { Readable, Writable } from "node:stream";

  export interface Headers {
    readonly name: string;
    readonly type?: string | null;
    readonly size?: number;
    readonly mode?: number;
    readonly linkname?: string;
  }

  /** Takes an archive, gives its entries. Each is to be read to its end before the next comes. */
  export function extract(): Writable & AsyncIterable<Readable & { readonly header: Headers }>;

  /** Makes an archive. */
  export interface Pack extends Readable {
    /** Calls back once the content is taken; without one, gives where `size` bytes of it are to be written. */
    entry(headers: Headers, content?: string | Uint8Array, taken?: (error?: Error | null) => void): Writable;
    finalize(): void;
  }
  export function pack(): Pack;
}
